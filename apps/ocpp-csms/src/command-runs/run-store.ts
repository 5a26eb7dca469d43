import { isDeepStrictEqual } from 'node:util';
import { uuidv7 } from '@ampline/kernel-ids';
import type { Clock } from '@ampline/kernel-time';
import type { AuditTrail } from '@ampline/platform-audit';
import { keyset, type Database, type KeysetOrder, type KeysetValue, type Page, type Tx } from '@ampline/platform-postgres';
import { COMMAND_COLUMNS, type CommandRow } from '../commands/command-row.js';
import { holdsSecret, type CheckedCommand } from '../commands/command-rules.js';
import { STATUSES_OF_NO } from '../commands/answers.js';
import type { Commands } from '../commands/commands.js';
import { csmsErrors } from '../errors.js';
import { tenantSlug } from '../projections/tenant-slug.js';
import type { Asking } from '../stations/stations.store.js';
import { plan, type PlannedStation, type Selection } from './run-plan.js';
import { RUN_COLUMNS, type RunCounts, type RunRow, type RunStationRow } from './run-row.js';

/** A run as somebody asks for it. */
export interface RunWanted {
  selection: Selection;
  command: CheckedCommand;
  queueUntil?: Date;
}

const NEWEST_FIRST: KeysetOrder = {
  columns: [
    { name: 'requested_at', type: 'timestamptz' },
    { name: 'run_id', type: 'uuid' },
  ],
  direction: 'desc',
};
const BY_POSITION: KeysetOrder = { columns: [{ name: 'position', type: 'bigint' }], direction: 'asc' };

const COUNTS = `
  SELECT s.run_id, count(*)::int AS stations,
    count(*) FILTER (WHERE s.state IN ('waiting', 'taken') OR c.outcome = 'pending')::int AS open,
    count(*) FILTER (WHERE c.outcome = 'queued')::int AS queued,
    count(*) FILTER (WHERE c.outcome = 'answered' AND (c.response ->> 'status' = ANY($2)) IS NOT TRUE)::int AS accepted,
    count(*) FILTER (WHERE c.outcome = 'refused-by-station' OR c.outcome = 'answered' AND c.response ->> 'status' = ANY($2))::int AS refused,
    count(*) FILTER (WHERE c.outcome IN ('station-offline', 'timeout', 'not-sent', 'expired', 'cancelled'))::int AS failed,
    count(*) FILTER (WHERE s.state = 'skipped')::int AS skipped
  FROM command_run_station s LEFT JOIN command c ON c.command_id = s.command_id
  WHERE s.run_id = ANY($1::uuid[]) GROUP BY s.run_id`;

/** Runs of one tenant each: what is asked for, and what became of it. */
export class CommandRunStore {
  constructor(
    private readonly database: Database,
    private readonly commands: Commands,
    private readonly audit: AuditTrail,
    private readonly clock: Clock,
  ) {}

  /** Throws `csms.selection-too-large`, `csms.secret-not-kept`. */
  preview(tenantId: string, wanted: RunWanted): Promise<PlannedStation[]> {
    return this.database.asTenant(tenantId, (tx) => planOf(tx, tenantId, wanted));
  }

  /**
   * Stores a run, which any replica then works off. Throws `csms.selection-empty`, `csms.selection-too-large`, `csms.secret-not-kept`,
   * `csms.idempotency-key-reused`.
   */
  async start(
    asking: Asking,
    wanted: RunWanted,
    o: { concurrency: number; timeoutMs: number; idempotencyKey: string },
  ): Promise<{ run: RunRow; counts: RunCounts }> {
    return this.database.asTenant(asking.tenantId, async (tx) => {
      const stations = await planOf(tx, asking.tenantId, wanted);
      const run = await this.insert(tx, asking, wanted, o);
      if (run) {
        if (stations.length === 0) throw csmsErrors.selectionEmpty();
        await insertStations(tx, run, stations);
        await this.record(tx, asking, run, 'started', { stations: stations.length });
      }
      return withCounts(tx, run ?? (await earlier(tx, asking.tenantId, wanted, o.idempotencyKey)));
    });
  }

  /** Throws `csms.command-run-unknown`. */
  get(tenantId: string, runId: string): Promise<{ run: RunRow; counts: RunCounts }> {
    return this.database.asTenant(tenantId, async (tx) => withCounts(tx, await one(tx, runId)));
  }

  /** Newest first; one more than the page holds. */
  async list(tenantId: string, page: Page): Promise<{ key: KeysetValue[]; run: RunRow; counts: RunCounts }[]> {
    const at = keyset(NEWEST_FIRST, page.cursor, 3);
    return this.database.asTenant(tenantId, async (tx) => {
      const rows = await tx.query<RunRow & { requested_text: string }>(
        `SELECT ${RUN_COLUMNS}, requested_at::text AS requested_text FROM command_run
         WHERE tenant_id = $1 AND ${at.where} ORDER BY ${at.orderBy} LIMIT $2`,
        [tenantId, page.limit + 1, ...at.params],
      );
      const counts = await countsOf(tx, rows);
      return rows.map((run) => ({ key: [run.requested_text, run.run_id], run, counts: counts(run.run_id) }));
    });
  }

  /** In the order of their turns; one more than the page holds. Throws `csms.command-run-unknown`. */
  async stations(tenantId: string, runId: string, page: Page): Promise<{ key: KeysetValue[]; station: RunStationRow }[]> {
    const at = keyset(BY_POSITION, page.cursor, 3);
    return this.database.asTenant(tenantId, async (tx) => {
      await one(tx, runId);
      const rows = await tx.query<Omit<RunStationRow, 'command'> & { position: number; command_id: string | null }>(
        `SELECT position, station_id, reason, command_id,
           (SELECT identity FROM charging_station c WHERE c.station_id = command_run_station.station_id) AS identity
         FROM command_run_station WHERE run_id = $1 AND ${at.where} ORDER BY ${at.orderBy} LIMIT $2`,
        [runId, page.limit + 1, ...at.params],
      );
      const commands = await tx.query<CommandRow>(`SELECT ${COMMAND_COLUMNS} FROM command WHERE command_id = ANY($1::uuid[])`, [
        rows.map(({ command_id: id }) => id).filter(Boolean),
      ]);
      const byId = new Map(commands.map((command) => [command.command_id, command]));
      return rows.map((row) => ({ key: [String(row.position)], station: { ...row, command: byId.get(row.command_id ?? '') } }));
    });
  }

  /** What has not been sent is not sent any more. Throws `csms.command-run-unknown`, `csms.command-run-over`. */
  stop(asking: Asking, runId: string): Promise<{ run: RunRow; counts: RunCounts }> {
    return this.database.asTenant(asking.tenantId, async (tx) => {
      const before = await one(tx, runId, 'FOR UPDATE');
      const skipped = await tx.query(
        `UPDATE command_run_station SET state = 'skipped', reason = 'stopped' WHERE run_id = $1 AND state = 'waiting' RETURNING 1`,
        [runId],
      );
      const queued = await tx.query<{ command_id: string }>(
        `SELECT command_id FROM command_run_station s JOIN command c USING (command_id) WHERE s.run_id = $1 AND c.outcome = 'queued'`,
        [runId],
      );
      const cancelled = await this.commands.cancelQueued(
        tx,
        queued.map(({ command_id: id }) => id),
      );
      if (before.state !== 'running' && cancelled.length === 0) throw csmsErrors.commandRunOver();
      const [run] = await tx.query<RunRow>(
        `UPDATE command_run SET state = 'stopped', ended_at = coalesce(ended_at, $2) WHERE run_id = $1 RETURNING ${RUN_COLUMNS}`,
        [runId, this.clock.now()],
      );
      await this.record(tx, asking, before, 'stopped', { skipped: skipped.length, cancelled: cancelled.length });
      return withCounts(tx, run as RunRow);
    });
  }

  /** Undefined when a run was started under the key before. */
  private insert(
    tx: Tx,
    { tenantId, caller }: Asking,
    { command, selection, queueUntil }: RunWanted,
    o: { concurrency: number; timeoutMs: number; idempotencyKey: string },
  ): Promise<RunRow | undefined> {
    return tx.one<RunRow>(
      `INSERT INTO command_run (run_id, tenant_id, action, payload, selection, state, concurrency, timeout_ms, queue_until, idempotency_key,
         requested_by, requested_at)
       VALUES ($1, $2, $3, $4, $5, 'running', $6, $7, $8, $9, $10, $11)
       ON CONFLICT (tenant_id, idempotency_key) DO NOTHING RETURNING ${RUN_COLUMNS}`,
      [
        uuidv7(),
        tenantId,
        command.action,
        JSON.stringify(command.payload),
        JSON.stringify(selection),
        o.concurrency,
        o.timeoutMs,
        queueUntil ?? null,
        o.idempotencyKey || null,
        caller.subject,
        this.clock.now(),
      ],
    );
  }

  private async record(tx: Tx, { caller, tenantId }: Asking, run: RunRow, done: string, detail: Record<string, unknown>): Promise<void> {
    const entity = { type: 'command-run', id: run.run_id, name: run.action };
    const tenant = await tenantSlug(tx, tenantId);
    await this.audit.record(tx, { caller, tenantId, tenant, action: `command-run.${done}`, entity, detail });
  }
}

function planOf(tx: Tx, tenantId: string, { selection, command, queueUntil }: RunWanted): Promise<PlannedStation[]> {
  if (holdsSecret(command)) throw csmsErrors.secretNotKept();
  return plan(tx, tenantId, selection, { action: command.action, queue: queueUntil !== undefined });
}

async function insertStations(tx: Tx, { run_id: runId, tenant_id: tenantId }: RunRow, stations: readonly PlannedStation[]): Promise<void> {
  await tx.query(
    `INSERT INTO command_run_station (run_id, tenant_id, station_id, position, state, reason)
     SELECT $1, $2, station_id, position, CASE WHEN reason IS NULL THEN 'waiting' ELSE 'skipped' END, reason
     FROM unnest($3::uuid[], $4::text[]) WITH ORDINALITY AS s (station_id, reason, position)`,
    [runId, tenantId, stations.map(({ stationId }) => stationId), stations.map(({ turn }) => (turn.is === 'skipped' ? turn.reason : null))],
  );
}

/** The run that was started under the key. Throws `csms.idempotency-key-reused` when it was another one. */
async function earlier(tx: Tx, tenantId: string, { command, selection }: RunWanted, idempotencyKey: string): Promise<RunRow> {
  const run = await tx.one<RunRow>(`SELECT ${RUN_COLUMNS} FROM command_run WHERE tenant_id = $1 AND idempotency_key = $2`, [
    tenantId,
    idempotencyKey,
  ]);
  const same = run?.action === command.action && isDeepStrictEqual([run.payload, run.selection], [command.payload, selection]);
  if (!run || !same) throw csmsErrors.idempotencyKeyReused();
  return run;
}

async function one(tx: Tx, runId: string, lock = ''): Promise<RunRow> {
  const run = await tx.one<RunRow>(`SELECT ${RUN_COLUMNS} FROM command_run WHERE run_id = $1 ${lock}`, [runId]);
  if (!run) throw csmsErrors.commandRunUnknown();
  return run;
}

async function withCounts(tx: Tx, run: RunRow): Promise<{ run: RunRow; counts: RunCounts }> {
  return { run, counts: (await countsOf(tx, [run]))(run.run_id) };
}

const NONE: RunCounts = { stations: 0, open: 0, queued: 0, accepted: 0, refused: 0, failed: 0, skipped: 0 };

async function countsOf(tx: Tx, runs: readonly RunRow[]): Promise<(runId: string) => RunCounts> {
  const rows = await tx.query<RunCounts & { run_id: string }>(COUNTS, [runs.map(({ run_id: id }) => id), STATUSES_OF_NO]);
  const byRun = new Map(rows.map(({ run_id: id, ...counts }) => [id, counts]));
  return (runId) => byRun.get(runId) ?? NONE;
}
