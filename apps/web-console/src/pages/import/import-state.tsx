import { StatusChip, type Status } from '@ampline/ui';
import type { ImportEffect, ImportState } from '../../generated/graphql.js';
import { useText } from '../../messages.js';

const LOOK: Record<ImportState, Status> = {
  CHECKING: 'UNDER_WAY',
  CHECKED: 'OPEN',
  APPLYING: 'UNDER_WAY',
  APPLIED: 'COMPLETED',
  FAILED: 'FAILED',
};
const EFFECT: Record<ImportEffect, Status> = { CREATE: 'ACCEPTED', CHANGE: 'OPEN', KEEP: 'DISABLED', ERROR: 'FAILED' };
export const EFFECTS = Object.keys(EFFECT) as ImportEffect[];

/** Where an import stands. */
export function ImportStateChip({ state }: { state: ImportState }) {
  const text = useText();
  return <StatusChip status={LOOK[state]} label={text(`import.state.${state}`)} />;
}

/** What becomes of a row. */
export function ImportEffectChip({ effect }: { effect: ImportEffect }) {
  const text = useText();
  return <StatusChip status={EFFECT[effect]} label={text(`import.effect.${effect}`)} />;
}
