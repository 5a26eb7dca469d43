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
import { refusalBy, storablePayload, type CheckedCommand } from './command-rules.js';

/** What is taken when a request leaves it open. */
export class CommandDefaults {
  constructor(
    /** How long to wait for a station's answer. */
    readonly timeoutMs: number,
  ) {}
}

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
}

const LOOK_EVERY_MS = 100;
/** How long the outcome of a command is kept in memory while the database is away. */
const STORE_WITHIN_MS = 60_000;
const STORE_AGAIN_MS = 250;
/** A waiter for somebody else's command gives up this long after the command's deadline. */
const SETTLE_MS = 2_000;

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
   * Sends a command and waits for its outcome. Throws `csms.station-unknown`, `csms.station-pending`, `csms.station-rejected`,
   * `csms.idempotency-key-reused`.
   */
  async execute(wanted: CommandWanted): Promise<CommandRow> {
    const { row, station } = await this.parts.database.asTenant(wanted.tenantId, (tx) => this.begin(tx, wanted));
    if (!station) return this.outcomeOf(wanted.tenantId, row);
    const delivery = await this.parts.courier.deliver({
      commandId: row.command_id,
      stationId: wanted.stationId,
      tenant: row.tenant,
      identity: row.identity,
      action: wanted.command.action,
      payload: wanted.command.payload,
      epoch: station.epoch,
      open: station.open,
      deadline: row.deadline,
    });
    const done = await this.store(wanted, row, delivery);
    this.counter.add(1, { action: row.action, outcome: done.outcome });
    this.parts.telemetry.logger.info('command.completed', {
      commandId: row.command_id,
      stationId: row.station_id,
      action: row.action,
      outcome: done.outcome,
      durationMs: this.parts.clock.now().getTime() - row.requested_at.getTime(),
    });
    return done;
  }

  /** Stores the command as pending. Without `station` in the answer somebody has stored it before, under the same key. */
  private async begin(tx: Tx, wanted: CommandWanted): Promise<{ row: CommandRow; station?: Station }> {
    const { tenantId, stationId, command } = wanted;
    const station = await tx.one<Station>(
      `SELECT registration, coalesce(open_epoch, connection_epoch) AS epoch, open_epoch IS NOT NULL AS open
       FROM charging_station WHERE station_id = $1`,
      [stationId],
    );
    if (!station) throw csmsErrors.stationUnknown();
    const earlier = wanted.idempotencyKey === '' ? undefined : await this.earlier(tx, wanted);
    if (earlier) return { row: earlier };
    const refusal = refusalBy(station.registration, command.action);
    if (refusal) throw refusal;
    const now = this.parts.clock.now();
    const row = await tx.one<CommandRow>(
      `INSERT INTO command (command_id, tenant_id, station_id, action, payload, idempotency_key, outcome, requested_by, requested_at, deadline)
       VALUES ($1, $2, $3, $4, $5, $6, 'pending', $7, $8, $9)
       ON CONFLICT (tenant_id, idempotency_key) DO NOTHING RETURNING ${COMMAND_COLUMNS}`,
      [
        uuidv7(),
        tenantId,
        stationId,
        command.action,
        JSON.stringify(storablePayload(command)),
        wanted.idempotencyKey || null,
        wanted.requestedBy,
        now,
        new Date(now.getTime() + wanted.timeoutMs),
      ],
    );
    if (!row) return { row: (await this.earlier(tx, wanted)) as CommandRow };
    await tellCommands(tx, this.parts.outbox, [row], now);
    if (wanted.caller) await this.record(tx, wanted.caller, row);
    return { row, station };
  }

  private async record(tx: Tx, caller: Caller, row: CommandRow): Promise<void> {
    const { tenant_id: tenantId, tenant, station_id: id, identity: name, command_id: commandId, action: command } = row;
    const entity = { type: 'charging-station', id, name };
    await this.parts.audit.record(tx, { caller, tenantId, tenant, action: 'command.sent', entity, detail: { commandId, command } });
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
  private async store(wanted: CommandWanted, row: CommandRow, delivery: Delivery): Promise<CommandRow> {
    const until = this.parts.clock.monotonicMs() + STORE_WITHIN_MS;
    for (;;) {
      try {
        return await this.parts.database.asTenant(wanted.tenantId, (tx) => this.finish(tx, wanted, row, delivery));
      } catch (error) {
        const away = AppError.is(error) && error.kind === 'unavailable';
        if (!away || this.parts.clock.monotonicMs() > until) throw error;
      }
      await this.pause(STORE_AGAIN_MS);
    }
  }

  /** Stores the outcome, the frames and what the answer changes. An answer that comes after the sweeper's verdict replaces it. */
  private async finish(tx: Tx, wanted: CommandWanted, row: CommandRow, { ending, epoch }: Delivery): Promise<CommandRow> {
    const { command, tenantId, stationId } = wanted;
    const { outbox, effects, watched } = this.parts;
    const verdict = verdictOf(ending);
    const judged = ending.outcome === 'answered' ? validateInbound(command.action, 'response', ending.payload) : undefined;
    const answeredAt = this.parts.clock.now();
    const done = await tx.one<CommandRow>(
      `UPDATE command SET outcome = $2, response = $3, error_code = $4, error_description = $5, completed_at = $6,
         version = version + 1
       WHERE command_id = $1 AND outcome IN ('pending', 'timeout') RETURNING ${COMMAND_COLUMNS}`,
      [row.command_id, verdict.outcome, storableJson(verdict.response), verdict.errorCode, verdict.errorDescription, answeredAt],
    );
    if (!done) return (await this.reread(tx, row)) ?? row;
    await archiveCommand(tx, watched, { row, command, epoch, ending, judged });
    await tellCommands(tx, outbox, [done], answeredAt);
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

function verdictOf(ending: Ending): Verdict {
  const nothing = { errorCode: null, errorDescription: null };
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
