import { StatusChip, type Status } from '@ampline/ui';
import type { CommandRunRowFragment, CommandRunState } from '../../generated/graphql.js';
import { useText } from '../../messages.js';

const LOOK: Readonly<Record<CommandRunState, Status>> = { RUNNING: 'RUNNING', STOPPED: 'CANCELLED', ENDED: 'COMPLETED' };

/** Where a run stands; one whose stations have had their turn may still wait for some of them. */
export function RunState({ run: { state, counts } }: { run: CommandRunRowFragment }) {
  const text = useText();
  if (state === 'ENDED' && counts.queued > 0) return <StatusChip status="QUEUED" label={text('commandRuns.state.waiting')} />;
  return <StatusChip status={LOOK[state]} label={text(`commandRuns.state.${state}`)} />;
}

/** Something may still change. */
export function isUnsettled({ state, counts }: CommandRunRowFragment): boolean {
  return state === 'RUNNING' || counts.open > 0 || counts.queued > 0;
}
