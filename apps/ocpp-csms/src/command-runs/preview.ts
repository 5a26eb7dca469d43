import type { PreviewCommandRunResponseSchema } from '@ampline/contracts';
import type { MessageInitShape } from '@bufbuild/protobuf';
import type { PlannedStation } from './run-plan.js';
import { SKIP_REASON } from './run-row.js';
import type { SkipReason } from './turn.js';

const MOST_NAMED = 10;

/** What a run would do, in figures. */
export function previewMessage(stations: readonly PlannedStation[]): MessageInitShape<typeof PreviewCommandRunResponseSchema> {
  const skipped = new Map<SkipReason, string[]>();
  for (const { identity, turn } of stations) {
    if (turn.is !== 'skipped') continue;
    const identities = skipped.get(turn.reason) ?? [];
    skipped.set(turn.reason, identities);
    identities.push(identity);
  }
  const count = (is: 'ready' | 'queued') => stations.filter(({ turn }) => turn.is === is).length;
  return {
    stations: stations.length,
    ready: count('ready'),
    queued: count('queued'),
    skipped: [...skipped].map(([reason, identities]) => ({
      reason: SKIP_REASON[reason],
      stations: identities.length,
      identities: identities.slice(0, MOST_NAMED),
    })),
  };
}
