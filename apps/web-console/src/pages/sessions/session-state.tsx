import { StatusChip } from '@ampline/ui';
import type { SessionStatus } from '../../generated/graphql.js';

/** Whether a session runs, is over, or waits for a person's decision. */
export function SessionState({ status }: { status: SessionStatus }) {
  return <StatusChip status={status === 'ACTIVE' ? 'RUNNING' : status} />;
}
