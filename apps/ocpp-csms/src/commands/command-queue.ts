import { AppError } from '@ampline/kernel-errors';
import type { Clock, Timers } from '@ampline/kernel-time';
import type { Outbox } from '@ampline/platform-outbox';
import type { Database } from '@ampline/platform-postgres';
import type { Telemetry } from '@ampline/platform-telemetry';
import type { Ocpp16Action } from '@ampline/protocol-ocpp';
import { pauseUntil } from '../pause.js';
import { tellCommands } from './command-fact.js';
import { COMMAND_COLUMNS, type CommandRow } from './command-row.js';
import { REFUSED_WHILE_PENDING } from './command-rules.js';
import type { Commands } from './commands.js';

export interface CommandQueueOptions {
  /** A station that has just connected is left alone for so long: it may have to boot first. */
  delayMs: number;
  /** Commands that one replica has on their way at once. */
  inFlight: number;
}

export interface CommandQueueParts {
  database: Database;
  outbox: Outbox;
  commands: Commands;
  clock: Clock;
  timers: Timers;
  telemetry: Telemetry;
}

const LOOK_EVERY_MS = 1_000;

/**
 * The oldest of each station that is connected and may be sent it, and has none on its way. Whoever locks the row of the station takes it; a
 * replica that saw the station before that finds its command no longer queued.
 */
const CLAIM = `
  WITH ready AS (
    SELECT s.station_id AS ready_station, s.open_epoch AS epoch, s.registration = 'accepted' AS accepted FROM charging_station s
    WHERE s.open_epoch IS NOT NULL AND s.registration <> 'rejected' AND (s.online_changed_at IS NULL OR s.online_changed_at <= $2)
      AND s.station_id IN (SELECT q.station_id FROM command q WHERE q.outcome = 'queued' AND (q.not_before IS NULL OR q.not_before <= $1))
      AND NOT EXISTS (SELECT FROM command p WHERE p.station_id = s.station_id AND p.outcome = 'pending' AND p.queue_until IS NOT NULL)
    LIMIT $3 FOR NO KEY UPDATE SKIP LOCKED)
  UPDATE command SET outcome = 'pending', deadline = $1::timestamptz + timeout_ms * interval '1 millisecond', version = version + 1
  FROM ready CROSS JOIN LATERAL (
    SELECT q.command_id AS head FROM command q WHERE q.station_id = ready_station AND q.outcome = 'queued' AND q.queue_until > $1
    ORDER BY q.requested_at, q.command_id LIMIT 1) oldest
  WHERE command_id = head AND outcome = 'queued' AND (not_before IS NULL OR not_before <= $1) AND (accepted OR action <> ALL ($4))
  RETURNING ${COMMAND_COLUMNS}, epoch`;

/**
 * Sends the commands that wait for their station when it is there: in their order, each once. What waits is in the database, so that any
 * replica goes on with it; a command whose sender died on the way is not sent again, the sweeper ends it.
 */
export class CommandQueue {
  private readonly stopping = new AbortController();
  private readonly working = new Set<Promise<void>>();
  private looking: Promise<void> = Promise.resolve();

  constructor(
    private readonly parts: CommandQueueParts,
    private readonly options: CommandQueueOptions,
  ) {}

  start(): void {
    this.looking = this.look();
  }

  /** Resolves when the commands that are on their way have their outcome. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.looking;
    await Promise.all(this.working);
  }

  private async look(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        const sentAt = this.parts.clock.now();
        for (const taken of await this.claim(sentAt)) this.send(taken, sentAt);
      } catch (error) {
        if (!AppError.is(error) || error.kind !== 'unavailable') this.parts.telemetry.logger.error('command-queue.round-failed', {}, error);
      }
      await pauseUntil(this.parts.timers, LOOK_EVERY_MS, signal);
    }
  }

  private async claim(now: Date): Promise<(CommandRow & { epoch: bigint })[]> {
    const free = this.options.inFlight - this.working.size;
    if (free <= 0) return [];
    const connectedBefore = new Date(now.getTime() - this.options.delayMs);
    return this.parts.database.asWorker(async (tx) => {
      const rows = await tx.query<CommandRow & { epoch: bigint }>(CLAIM, [now, connectedBefore, free, REFUSED_WHILE_PENDING]);
      await tellCommands(tx, this.parts.outbox, rows, now);
      return rows;
    });
  }

  private send({ epoch, ...row }: CommandRow & { epoch: bigint }, sentAt: Date): void {
    const command = { action: row.action as Ocpp16Action, payload: row.payload };
    const work = this.parts.commands
      .dispatch({ row, command, epoch, open: true, sentAt })
      .then(() => undefined)
      .catch((error: unknown) => this.parts.telemetry.logger.warn('command-queue.postponed', { commandId: row.command_id }, error))
      .finally(() => this.working.delete(work));
    this.working.add(work);
  }
}
