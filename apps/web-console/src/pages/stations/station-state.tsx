import { StatusChip } from '@ampline/ui';
import type { Registration } from '../../generated/graphql.js';

/** Whether a station is connected; whether it is admitted at all comes first. */
export function StationState({ station: { online, registration } }: { station: { online: boolean; registration: Registration } }) {
  if (registration !== 'ACCEPTED') return <StatusChip status={registration} />;
  return <StatusChip status={online ? 'ONLINE' : 'OFFLINE'} />;
}
