import { RebuildProjectionResponseSchema, ReplayParkedFactsResponseSchema } from '@ampline/contracts';
import type { Command } from 'commander';
import { act, type ExitingTerminal } from '../run.js';

/** Millions of sessions take minutes. */
const LONG_MS = 3_600_000;

export function projectionCommands(program: Command, terminal: ExitingTerminal): void {
  const projection = program
    .command('projection')
    .description('the session records of session-export, which follow the facts of ocpp-csms');

  projection
    .command('rebuild')
    .description('read all sessions from their owner again and settle every difference')
    .action(
      act(terminal, async (run) => {
        const result = await run.platform.records.rebuildProjection({}, { timeoutMs: LONG_MS });
        run.show(RebuildProjectionResponseSchema, result, [
          ['Sessions read', String(result.seen)],
          ['Records changed', String(result.changed)],
        ]);
      }),
    );

  projection
    .command('replay [fact]')
    .description('apply the facts again that were parked after failing too often: all, or those of the session of one fact')
    .action(
      act(terminal, async (run, _options, factId?: string) => {
        const result = await run.platform.records.replayParkedFacts({ factId: factId ?? '' }, { timeoutMs: LONG_MS });
        run.show(ReplayParkedFactsResponseSchema, result, [
          ['Facts applied', String(result.replayed)],
          ['Still parked', String(result.parked)],
        ]);
      }),
    );
}
