import { StatusChip, type Status } from '@ampline/ui';
import type { ReservationStatus } from '../../generated/graphql.js';
import { useText } from '../../messages.js';

const LOOK: Record<ReservationStatus, Status> = {
  REQUESTED: 'PENDING',
  ACTIVE: 'ACTIVE',
  USED: 'COMPLETED',
  CANCELLED: 'REMOVED',
  EXPIRED: 'EXPIRED',
  REFUSED: 'REJECTED',
  BROKEN: 'INVALID',
};
/** In the order of a reservation's life. */
export const RESERVATION_STATUSES = Object.keys(LOOK) as ReservationStatus[];

export function isOpen(status: ReservationStatus): boolean {
  return status === 'REQUESTED' || status === 'ACTIVE';
}

/** Where a reservation stands. */
export function ReservationState({ status }: { status: ReservationStatus }) {
  const text = useText();
  return <StatusChip status={LOOK[status]} label={text(`reservation.status.${status}`)} />;
}
