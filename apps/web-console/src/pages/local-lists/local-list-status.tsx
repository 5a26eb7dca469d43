import { StatusChip, type Status } from '@ampline/ui';
import type { LocalListStatus } from '../../generated/graphql.js';
import { useText } from '../../messages.js';

const LOOK: Record<LocalListStatus, Status> = {
  UNMANAGED: 'UNKNOWN',
  PENDING: 'PENDING',
  IN_SYNC: 'ACTIVE',
  FAILED: 'FAULTED',
  NOT_SUPPORTED: 'UNAVAILABLE',
  DISABLED: 'DISABLED',
};

/** Where the list of a station stands. */
export function LocalListState({ status }: { status: LocalListStatus }) {
  const text = useText();
  return <StatusChip status={LOOK[status]} label={text(`localList.status.${status}`)} />;
}
