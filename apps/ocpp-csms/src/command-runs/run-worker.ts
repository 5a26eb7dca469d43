import { AppError } from '@ampline/kernel-errors';
import type { Clock } from '@ampline/kernel-time';
import type { Database, Tx } from '@ampline/platform-postgres';
import type { Ocpp16Action } from '@ampline/protocol-ocpp';
import type { CommandRow } from '../commands/command-row.js';
import type { Commands } from '../commands/commands.js';
import type { DueWork } from '../due-loop.js';
import { RUN_COLUMNS, type RunRow, type RunState } from './run-row.js';
import type { SkipReason } from './turn.js';

const MOST_RUNS = 20;
/** A replica has this long beyond the station's time to store how it ended, before another takes the station up. */
const SETTLE_MS = 90_000;

/** Whoever locks the run gives out its next stations. */
const RUNNING = `SELECT ${RUN_COLUMNS} FROM command_run WHERE state = 'running' ORDER BY requested_at LIMIT ${MOST_RUNS}
  FOR NO KEY UPDATE SKIP LOCKED`;
const TAKE = `
  UPDATE command_run_station SET state = 'taken', taken_until = $3
  WHERE run_id = $1 AND station_id IN (
    SELECT station_id FROM command_run_station WHERE run_id = $1 AND (state = 'waiting' OR state = 'taken' AND taken_until < $2)
    ORDER BY position LIMIT greatest(0, least($5, $4 - (
      SELECT count(*) FROM command_run_station WHERE run_id = $1 AND state = 'taken' AND taken_until >= $2))))
  RETURNING station_id`;
const END = `
  UPDATE command_run SET state = 'ended', ended_at = $2
  WHERE run_id = $1 AND NOT EXISTS (SELECT FROM command_run_station WHERE run_id = $1 AND state IN ('waiting', 'taken'))`;

/** What keeps a station from its command since it was planned. */
const SKIPPED_BY: Readonly<Record<string, SkipReason>> = { 'csms.station-pending': 'pending', 'csms.station-rejected': 'rejected' };

interface Taken {
  run: RunRow;
  stationId: string;
}

/**
 * Works runs off. Where a run stands is in the database: any replica takes the next stations, and those of a replica that died. The
 * idempotency key of a run and a station makes that one command, whoever asks for it.
 */
export class CommandRunWorker implements DueWork<Taken> {
  readonly name = 'command-run';

  constructor(
    private readonly database: Database,
    private readonly commands: Commands,
    private readonly clock: Clock,
  ) {}

  claim(limit: number): Promise<Taken[]> {
    return this.database.asWorker(async (tx) => {
      const taken: Taken[] = [];
      for (const run of await tx.query<RunRow>(RUNNING)) {
        taken.push(...(await this.claimOf(tx, run, limit - taken.length)));
      }
      return taken;
    });
  }

  private async claimOf(tx: Tx, run: RunRow, most: number): Promise<Taken[]> {
    const now = this.clock.now();
    const until = new Date(now.getTime() + run.timeout_ms + SETTLE_MS);
    const rows = await tx.query<{ station_id: string }>(TAKE, [run.run_id, now, until, run.concurrency, most]);
    if (rows.length === 0) await tx.query(END, [run.run_id, now]);
    return rows.map(({ station_id: stationId }) => ({ run, stationId }));
  }

  about({ run, stationId }: Taken): object {
    return { runId: run.run_id, stationId };
  }

  async carryOut({ run, stationId }: Taken): Promise<void> {
    try {
      const row = await this.commands.execute({
        tenantId: run.tenant_id,
        stationId,
        command: { action: run.action as Ocpp16Action, payload: run.payload },
        requestedBy: run.requested_by,
        timeoutMs: run.timeout_ms,
        idempotencyKey: `command-run:${run.run_id}:${stationId}`,
        ...(run.queue_until && { queueUntil: run.queue_until }),
      });
      await this.settle(run, stationId, { state: 'done', reason: null, command: row });
    } catch (error) {
      const reason = AppError.is(error) ? SKIPPED_BY[error.code] : undefined;
      if (!reason) throw error;
      await this.settle(run, stationId, { state: 'skipped', reason });
    }
  }

  /** A run that was stopped meanwhile leaves nothing in the queue. */
  private settle(
    run: RunRow,
    stationId: string,
    o: { state: 'done' | 'skipped'; reason: SkipReason | null; command?: CommandRow },
  ): Promise<void> {
    return this.database.asTenant(run.tenant_id, async (tx) => {
      const now = await tx.one<{ state: RunState }>('SELECT state FROM command_run WHERE run_id = $1 FOR SHARE', [run.run_id]);
      await tx.query('UPDATE command_run_station SET state = $3, reason = $4, command_id = $5 WHERE run_id = $1 AND station_id = $2', [
        run.run_id,
        stationId,
        o.state,
        o.reason,
        o.command?.command_id ?? null,
      ]);
      if (now?.state === 'stopped' && o.command?.outcome === 'queued') await this.commands.cancelQueued(tx, [o.command.command_id]);
    });
  }
}
