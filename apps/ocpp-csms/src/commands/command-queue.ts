import type { Clock } from '@ampline/kernel-time';
import type { Outbox } from '@ampline/platform-outbox';
import type { Database } from '@ampline/platform-postgres';
import type { Ocpp16Action } from '@ampline/protocol-ocpp';
import type { DueWork } from '../due-loop.js';
import { tellCommands } from './command-fact.js';
import { COMMAND_COLUMNS, type CommandRow } from './command-row.js';
import { REFUSED_WHILE_PENDING } from './command-rules.js';
import type { Commands } from './commands.js';

export interface CommandQueueParts {
  database: Database;
  outbox: Outbox;
  commands: Commands;
  clock: Clock;
  /** A station that has just connected is left alone for so long: it may have to boot first. */
  delayMs: number;
}

type Queued = CommandRow & { epoch: bigint };

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
export class CommandQueue implements DueWork<Queued> {
  readonly name = 'command-queue';

  constructor(private readonly parts: CommandQueueParts) {}

  claim(limit: number): Promise<Queued[]> {
    const { database, outbox, clock, delayMs } = this.parts;
    const now = clock.now();
    return database.asWorker(async (tx) => {
      const rows = await tx.query<Queued>(CLAIM, [now, new Date(now.getTime() - delayMs), limit, REFUSED_WHILE_PENDING]);
      await tellCommands(tx, outbox, rows, now);
      return rows;
    });
  }

  about({ command_id: commandId }: Queued): object {
    return { commandId };
  }

  async carryOut({ epoch, ...row }: Queued): Promise<void> {
    const command = { action: row.action as Ocpp16Action, payload: row.payload };
    await this.parts.commands.dispatch({ row, command, epoch, open: true, sentAt: this.parts.clock.now() });
  }
}
