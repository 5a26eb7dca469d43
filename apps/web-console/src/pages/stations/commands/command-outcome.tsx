import { StatusChip } from '@ampline/ui';
import type { StationCommandFragment } from '../../../generated/graphql.js';
import { useText } from '../../../messages.js';
import { verdictOf } from './verdict.js';

/** What became of it: that a station has answered is no success yet. */
export function CommandOutcomeChip({ command }: { command: Pick<StationCommandFragment, 'outcome' | 'responseStatus'> }) {
  const text = useText();
  const { outcome, responseStatus } = command;
  if (outcome !== 'ANSWERED' || responseStatus === null) return <StatusChip status={outcome} />;
  const { severity } = verdictOf(command);
  if (severity === 'success') return <StatusChip status="ANSWERED" label={text('command.outcome.accepted')} />;
  if (severity === 'error') return <StatusChip status="REJECTED" label={text('command.outcome.rejected', { status: responseStatus })} />;
  return <StatusChip status="PENDING" label={responseStatus} />;
}
