import { isDeepStrictEqual } from 'node:util';
import type { Counter } from '@opentelemetry/api';
import { AppError } from '@ampline/kernel-errors';
import { uuidv7 } from '@ampline/kernel-ids';
import type { Clock, Timers } from '@ampline/kernel-time';
import type { AuditTrail } from '@ampline/platform-audit';
import type { Caller } from '@ampline/platform-grpc';
import type { Outbox } from '@ampline/platform-outbox';
import type { Database, Tx } from '@ampline/platform-postgres';
import type { Telemetry } from '@ampline/platform-telemetry';
import { validateInbound } from '@ampline/protocol-ocpp';
import { csmsErrors } from '../errors.js';
import type { WatchedStations } from '../messages/watched-stations.js';
import type { Registration } from '../stations/station-state.js';
import { archiveCommand, storableJson } from './command-archive.js';
import type { CommandCourier, Delivery, Ending } from './command-courier.js';
import type { CommandEffects } from './command-effects.js';
import { tellCommands } from './command-fact.js';
import { COMMAND_COLUMNS, type CommandRow, type Outcome } from './command-row.js';
import { holdsSecret, refusalBy, storablePayload, type CheckedCommand } from './command-rules.js';
import { withoutSecrets } from './secrets.js';

/** A command as somebody asks for it. */
export interface CommandWanted {
  tenantId: string;
  stationId: string;
  command: CheckedCommand;
  /** Who asks. */
  requestedBy: string;
  /** For the audit trail; absent: csms does it by itself. */
  caller?: Caller;
  /** How long to wait for the station. */
  timeoutMs: number;
  /** Empty: none. */
  idempotencyKey: string;
  /** Waits for the station until then while it cannot be reached; absent: sent at once or not at all. */
  queueUntil?: Date;
}

/** A command that is to be sent now, to the socket of this epoch. */
export interface Dispatch {
  /** Stored as pending. */
  row: CommandRow;
  command: CheckedCommand;
  epoch: bigint;
  /** That socket was reported open. */
  open: boolean;
  sentAt: Date;
}

export interface CommandsParts {
  database: Database;
  courier: CommandCourier;
  effects: CommandEffects;
  outbox: Outbox;
  audit: AuditTrail;
  watched: WatchedStations;
  clock: Clock;
  timers: Timers;
  telemetry: Telemetry;
}

interface Station {
  registration: Registration;
  epoch: bigint;
  /** The socket of this epoch was reported open. */
  open: boolean;
  /** Other commands wait for it. */
  queue: boolean;
}

const LOOK_EVERY_MS = 100;
/** How long the outcome of a command is kept in memory while the database is away. */
const STORE_WITHIN_MS = 60_000;
const STORE_AGAIN_MS = 250;
/** A waiter for somebody else's command gives up this long after the command's deadline. */
const SETTLE_MS = 2_000;
/** A queued command that reached nobody is tried again after this. */
const QUEUE_AGAIN_MS = 5_000;

/**
 * Commands to stations. Each is stored before it is sent, and its outcome after; one whose outcome nobody stored is found by the
 * sweeper. With an idempotency key the same request sends nothing twice, whichever replicas it comes to.
 */
export class Commands {
  private readonly counter: Counter;

  constructor(private readonly parts: CommandsParts) {
    this.counter = parts.telemetry.meter.createCounter('csms_commands_total', {
      description: 'Commands to stations by action and outcome.',
    });
  }

  /**
   * Sends a command and waits for its outcome, or queues it and does not wait. Throws `csms.station-unknown`, `csms.station-pending`,
   * `csms.station-rejected`, `csms.idempotency-key-reused`, `csms.secret-not-kept`.
   */
  async execute(wanted: CommandWanted): Promise<CommandRow> {
    if (wanted.queueUntil && holdsSecret(wanted.command)) throw csmsErrors.secretNotKept();
    const { row, station } = await this.parts.database.asTenant(wanted.tenantId, (tx) => this.begin(tx, wanted));
    if (!station) return this.outcomeOf(wanted.tenantId, row);
    return this.dispatch({ row, command: wanted.command, epoch: station.epoch, open: station.open, sentAt: row.requested_at });
  }

  /** Sends a command that is stored as pending, and stores its outcome. */
  async dispatch(dispatch: Dispatch): Promise<CommandRow> {
    const { row, command, epoch, open, sentAt } = dispatch;
    const delivery = await this.parts.courier.deliver({
      commandId: row.command_id,
      stationId: row.station_id,
      tenant: row.tenant,
      identity: row.identity,
      action: command.action,
      payload: command.payload,
      epoch,
      open,
      deadline: row.deadline,
    });
    const done = await this.store(dispatch, delivery);
    this.counter.add(1, { action: row.action, outcome: done.outcome });
    this.parts.telemetry.logger.info('command.completed', {
      commandId: row.command_id,
      stationId: row.station_id,
      action: row.action,
      outcome: done.outcome,
      durationMs: this.parts.clock.now().getTime() - sentAt.getTime(),
    });
    return done;
  }

  /** Takes a command out of the queue. Throws `csms.command-unknown`, `csms.command-not-queued`. */
  async cancel({ caller, tenantId }: { caller: Caller; tenantId: string }, commandId: string): Promise<CommandRow> {
    return this.parts.database.asTenant(tenantId, async (tx) => {
      const [row] = await this.cancelQueued(tx, [commandId]);
      if (row) {
        await this.record(tx, caller, row, 'command.cancelled');
        return row;
      }
      const known = await tx.one('SELECT 1 FROM command WHERE command_id = $1', [commandId]);
      throw known ? csmsErrors.commandNotQueued() : csmsErrors.commandUnknown();
    });
  }

  /** Those of the commands that wait in the queue are cancelled, and answered. */
  async cancelQueued(tx: Tx, commandIds: readonly string[]): Promise<CommandRow[]> {
    const now = this.parts.clock.now();
    const rows = await tx.query<CommandRow>(
      `UPDATE command SET outcome = 'cancelled', completed_at = $2, version = version + 1
       WHERE command_id = ANY($1::uuid[]) AND outcome = 'queued' RETURNING ${COMMAND_COLUMNS}`,
      [commandIds, now],
    );
    await tellCommands(tx, this.parts.outbox, rows, now);
    return rows;
  }

  /** Stores the command as pending, or as queued. Without `station` in the answer it is not for us to send: queued, or stored before. */
  private async begin(tx: Tx, wanted: CommandWanted): Promise<{ row: CommandRow; station?: Station }> {
    const { tenantId, stationId, command, queueUntil } = wanted;
    const station = await tx.one<Station>(
      `SELECT registration, coalesce(open_epoch, connection_epoch) AS epoch, open_epoch IS NOT NULL AS open,
         EXISTS (SELECT FROM command c WHERE c.station_id = s.station_id AND c.outcome = 'queued') AS queue
       FROM charging_station s WHERE station_id = $1`,
      [stationId],
    );
    if (!station) throw csmsErrors.stationUnknown();
    const earlier = wanted.idempotencyKey === '' ? undefined : await this.earlier(tx, wanted);
    if (earlier) return { row: earlier };
    const refusal = refusalBy(station.registration, command.action);
    if (refusal && !(queueUntil && station.registration === 'pending')) throw refusal;
    // Behind those that wait already, so that they come in their order.
    const waits = queueUntil !== undefined && (!station.open || station.queue || refusal !== undefined);
    const now = this.parts.clock.now();
    const row = await tx.one<CommandRow>(
      `INSERT INTO command (command_id, tenant_id, station_id, action, payload, idempotency_key, outcome, requested_by, requested_at,
         deadline, queue_until, timeout_ms)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
       ON CONFLICT (tenant_id, idempotency_key) DO NOTHING RETURNING ${COMMAND_COLUMNS}`,
      [
        uuidv7(),
        tenantId,
        stationId,
        command.action,
        JSON.stringify(storablePayload(command)),
        wanted.idempotencyKey || null,
        waits ? 'queued' : 'pending',
        wanted.requestedBy,
        now,
        new Date(now.getTime() + wanted.timeoutMs),
        queueUntil ?? null,
        queueUntil ? wanted.timeoutMs : null,
      ],
    );
    if (!row) return { row: (await this.earlier(tx, wanted)) as CommandRow };
    await tellCommands(tx, this.parts.outbox, [row], now);
    if (wanted.caller) await this.record(tx, wanted.caller, row, waits ? 'command.queued' : 'command.sent');
    return waits ? { row } : { row, station };
  }

  private async record(tx: Tx, caller: Caller, row: CommandRow, action: string): Promise<void> {
    const { tenant_id: tenantId, tenant, station_id: id, identity: name, command_id: commandId, action: command } = row;
    const entity = { type: 'charging-station', id, name };
    await this.parts.audit.record(tx, { caller, tenantId, tenant, action, entity, detail: { commandId, command } });
  }

  /** The command that was stored under the key. */
  private async earlier(tx: Tx, { tenantId, stationId, command, idempotencyKey }: CommandWanted): Promise<CommandRow | undefined> {
    const row = await tx.one<CommandRow>(`SELECT ${COMMAND_COLUMNS} FROM command WHERE tenant_id = $1 AND idempotency_key = $2`, [
      tenantId,
      idempotencyKey,
    ]);
    const same =
      !row || (row.station_id === stationId && row.action === command.action && isDeepStrictEqual(row.payload, storablePayload(command)));
    if (!same) throw csmsErrors.idempotencyKeyReused();
    return row;
  }

  /** Waits until whoever sent the command, or the sweeper, has stored how it ended. */
  private async outcomeOf(tenantId: string, row: CommandRow): Promise<CommandRow> {
    const until = row.deadline.getTime() + SETTLE_MS;
    let current = row;
    while (current.outcome === 'pending' && this.parts.clock.now().getTime() < until) {
      await this.pause(LOOK_EVERY_MS);
      current = (await this.parts.database.asTenant(tenantId, (tx) => this.reread(tx, row))) ?? current;
    }
    return current;
  }

  /** Keeps trying while the database is away: what the station has answered it answers once. */
  private async store(dispatch: Dispatch, delivery: Delivery): Promise<CommandRow> {
    const until = this.parts.clock.monotonicMs() + STORE_WITHIN_MS;
    for (;;) {
      try {
        return await this.parts.database.asTenant(dispatch.row.tenant_id, (tx) => this.finish(tx, dispatch, delivery));
      } catch (error) {
        const away = AppError.is(error) && error.kind === 'unavailable';
        if (!away || this.parts.clock.monotonicMs() > until) throw error;
      }
      await this.pause(STORE_AGAIN_MS);
    }
  }

  /** Stores the outcome, the frames and what the answer changes. An answer that comes after the sweeper's verdict replaces it. */
  private async finish(tx: Tx, { row, command, sentAt }: Dispatch, { ending, epoch }: Delivery): Promise<CommandRow> {
    const { outbox, effects, watched } = this.parts;
    const answeredAt = this.parts.clock.now();
    const verdict = verdictOf(ending, row, answeredAt);
    const judged = ending.outcome === 'answered' ? validateInbound(command.action, 'response', ending.payload) : undefined;
    const again = verdict.outcome === 'queued' ? new Date(answeredAt.getTime() + QUEUE_AGAIN_MS) : null;
    const done = await tx.one<CommandRow>(
      `UPDATE command SET outcome = $2, response = $3, error_code = $4, error_description = $5, completed_at = $6, not_before = $7,
         version = version + 1
       WHERE command_id = $1 AND outcome IN ('pending', 'timeout') RETURNING ${COMMAND_COLUMNS}`,
      [
        row.command_id,
        verdict.outcome,
        storableJson(withoutSecrets(verdict.response)),
        verdict.errorCode,
        verdict.errorDescription,
        again ? null : answeredAt,
        again,
      ],
    );
    if (!done) return (await this.reread(tx, row)) ?? row;
    await archiveCommand(tx, watched, { row, command, sentAt, epoch, ending, judged });
    await tellCommands(tx, outbox, [done], answeredAt);
    const { tenant_id: tenantId, station_id: stationId } = row;
    if (judged?.ok) await effects.apply(tx, { command, response: judged.payload, tenantId, stationId, answeredAt });
    return done;
  }

  private reread(tx: Tx, row: CommandRow): Promise<CommandRow | undefined> {
    return tx.one<CommandRow>(`SELECT ${COMMAND_COLUMNS} FROM command WHERE command_id = $1`, [row.command_id]);
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => void this.parts.timers.setTimeout(resolve, ms));
  }
}

interface Verdict {
  outcome: Outcome;
  response?: unknown;
  errorCode: string | null;
  errorDescription: string | null;
}

/** A command that certainly reached nobody waits on, where it was asked to wait. */
function verdictOf(ending: Ending, { queue_until: queueUntil }: CommandRow, now: Date): Verdict {
  const nothing = { errorCode: null, errorDescription: null };
  const unsent = ending.outcome === 'offline' || ending.outcome === 'not-sent';
  if (unsent && queueUntil) return { outcome: now < queueUntil ? 'queued' : 'expired', ...nothing };
  switch (ending.outcome) {
    case 'answered':
      return { outcome: 'answered', response: ending.payload, ...nothing };
    case 'call-error':
      return { outcome: 'refused-by-station', errorCode: ending.code, errorDescription: ending.description };
    case 'offline':
      return { outcome: 'station-offline', ...nothing };
    case 'timeout':
      return { outcome: 'timeout', ...nothing };
    case 'not-sent':
      return { outcome: 'not-sent', errorCode: ending.reason, errorDescription: null };
  }
}
