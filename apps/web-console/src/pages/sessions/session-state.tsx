import { StatusChip, useFormat } from '@ampline/ui';
import type { SessionStatus } from '../../generated/graphql.js';
import { useText } from '../../messages.js';

/** Whether a session runs (with which power, where that is given), is over, or waits for a person's decision. */
export function SessionState({ status, powerW }: { status: SessionStatus; powerW?: number | null }) {
  const text = useText();
  const format = useFormat();
  if (status !== 'ACTIVE') return <StatusChip status={status} />;
  return (
    <StatusChip
      status="RUNNING"
      {...(typeof powerW === 'number' && { label: text('sessions.charging', { power: format.power(powerW) }) })}
    />
  );
}
