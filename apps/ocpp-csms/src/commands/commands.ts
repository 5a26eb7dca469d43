import { isDeepStrictEqual } from 'node:util';
import type { Counter } from '@opentelemetry/api';
import { AppError } from '@ampline/kernel-errors';
import { uuidv7 } from '@ampline/kernel-ids';
import type { Clock, Timers } from '@ampline/kernel-time';
import type { Database, Tx } from '@ampline/platform-postgres';
import type { Telemetry } from '@ampline/platform-telemetry';
import { validateInbound } from '@ampline/protocol-ocpp';
import { csmsErrors } from '../errors.js';
import type { Registration } from '../stations/station-state.js';
import { archiveCommand, storableJson } from './command-archive.js';
import type { CommandCourier, Delivery, Ending } from './command-courier.js';
import type { CommandEffects } from './command-effects.js';
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
  /** How long to wait for the station. */
  timeoutMs: number;
  /** Empty: none. */
  idempotencyKey: string;
}

interface Station {
  registration: Registration;
  /** Slug. */
  tenant: string;
  identity: string;
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

  constructor(
    private readonly database: Database,
    private readonly courier: CommandCourier,
    private readonly effects: CommandEffects,
    private readonly clock: Clock,
    private readonly timers: Timers,
    private readonly telemetry: Telemetry,
  ) {
    this.counter = telemetry.meter.createCounter('csms_commands_total', { description: 'Commands to stations by action and outcome.' });
  }

  /**
   * Sends a command and waits for its outcome. Throws `csms.station-unknown`, `csms.station-pending`, `csms.station-rejected`,
   * `csms.idempotency-key-reused`.
   */
  async execute(wanted: CommandWanted): Promise<CommandRow> {
    const { row, station } = await this.database.asTenant(wanted.tenantId, (tx) => this.begin(tx, wanted));
    if (!station) return this.outcomeOf(wanted.tenantId, row);
    const delivery = await this.courier.deliver({
      commandId: row.command_id,
      stationId: wanted.stationId,
      tenant: station.tenant,
      identity: station.identity,
      action: wanted.command.action,
      payload: wanted.command.payload,
      epoch: station.epoch,
      open: station.open,
      deadline: row.deadline,
    });
    const done = await this.store(wanted, row, delivery);
    this.counter.add(1, { action: row.action, outcome: done.outcome });
    this.telemetry.logger.info('command.completed', {
      commandId: row.command_id,
      stationId: row.station_id,
      action: row.action,
      outcome: done.outcome,
      durationMs: this.clock.now().getTime() - row.requested_at.getTime(),
    });
    return done;
  }

  /** Stores the command as pending. Without `station` in the answer somebody has stored it before, under the same key. */
  private async begin(tx: Tx, wanted: CommandWanted): Promise<{ row: CommandRow; station?: Station }> {
    const { tenantId, stationId, command } = wanted;
    const station = await tx.one<Station>(
      `SELECT s.registration, t.slug AS tenant, s.identity, coalesce(s.open_epoch, s.connection_epoch) AS epoch, s.open_epoch IS NOT NULL AS open
       FROM charging_station s JOIN tenant t USING (tenant_id) WHERE s.station_id = $1`,
      [stationId],
    );
    if (!station) throw csmsErrors.stationUnknown();
    const earlier = wanted.idempotencyKey === '' ? undefined : await this.earlier(tx, wanted);
    if (earlier) return { row: earlier };
    const refusal = refusalBy(station.registration, command.action);
    if (refusal) throw refusal;
    const now = this.clock.now();
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
    return row ? { row, station } : { row: (await this.earlier(tx, wanted)) as CommandRow };
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
    while (current.outcome === 'pending' && this.clock.now().getTime() < until) {
      await this.pause(LOOK_EVERY_MS);
      current = (await this.database.asTenant(tenantId, (tx) => this.reread(tx, row))) ?? current;
    }
    return current;
  }

  /** Keeps trying while the database is away: what the station has answered it answers once. */
  private async store(wanted: CommandWanted, row: CommandRow, delivery: Delivery): Promise<CommandRow> {
    const until = this.clock.monotonicMs() + STORE_WITHIN_MS;
    for (;;) {
      try {
        return await this.database.asTenant(wanted.tenantId, (tx) => this.finish(tx, wanted, row, delivery));
      } catch (error) {
        const away = AppError.is(error) && error.kind === 'unavailable';
        if (!away || this.clock.monotonicMs() > until) throw error;
      }
      await this.pause(STORE_AGAIN_MS);
    }
  }

  /** Stores the outcome, the frames and what the answer changes. An answer that comes after the sweeper's verdict replaces it. */
  private async finish(tx: Tx, wanted: CommandWanted, row: CommandRow, { ending, epoch }: Delivery): Promise<CommandRow> {
    const { command, tenantId, stationId } = wanted;
    const verdict = verdictOf(ending);
    const judged = ending.outcome === 'answered' ? validateInbound(command.action, 'response', ending.payload) : undefined;
    const answeredAt = this.clock.now();
    const done = await tx.one<CommandRow>(
      `UPDATE command SET outcome = $2, response = $3, error_code = $4, error_description = $5, completed_at = $6
       WHERE command_id = $1 AND outcome IN ('pending', 'timeout') RETURNING ${COMMAND_COLUMNS}`,
      [row.command_id, verdict.outcome, storableJson(verdict.response), verdict.errorCode, verdict.errorDescription, answeredAt],
    );
    if (!done) return (await this.reread(tx, row)) ?? row;
    await archiveCommand(tx, { row, tenantId, command, epoch, ending, judged });
    if (judged?.ok) await this.effects.apply(tx, { command, response: judged.payload, tenantId, stationId, answeredAt });
    return done;
  }

  private reread(tx: Tx, row: CommandRow): Promise<CommandRow | undefined> {
    return tx.one<CommandRow>(`SELECT ${COMMAND_COLUMNS} FROM command WHERE command_id = $1`, [row.command_id]);
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => void this.timers.setTimeout(resolve, ms));
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
