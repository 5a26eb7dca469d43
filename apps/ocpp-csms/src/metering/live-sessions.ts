import { sessionUpdated } from '@ampline/contracts';
import type { Outbox } from '@ampline/platform-outbox';
import type { Tx } from '@ampline/platform-postgres';
import { TRANSACTION_COLUMNS, type TransactionRow } from '../transactions/adapters/transaction-row.js';
import { sessionState } from '../transactions/session-state.js';

/** The newest that is known of a running transaction. */
export interface LiveFigures {
  transactionId: string;
  /** Slug of its tenant. */
  tenant: string;
  at: Date;
  registerWh: bigint | null;
  powerW: number | null;
  socPercent: number | null;
}

/** How often at most a running session is told (architecture, "Facts"). */
const TELL_EVERY_MS = 30_000;
/** When a row was passed over because somebody else changed it just then. */
const TRY_AGAIN_AFTER_MS = 5_000;
const MOST_REMEMBERED = 100_000;

/**
 * Rows that somebody else holds are passed over: that is the end of the transaction, which tells more. Figures older than what is
 * known (from an offline queue) do not set the register back.
 */
const UPDATE = `
  WITH figure AS (
    SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::bigint[], $4::bigint[], $5::integer[])
      AS f (transaction_id, at, register_wh, power_w, soc_percent)
  ), due AS (
    SELECT t.transaction_id, f.power_w, f.soc_percent,
           CASE WHEN newer THEN f.register_wh ELSE t.meter_last_wh END AS last_wh,
           CASE WHEN newer THEN f.at ELSE t.meter_last_at END AS last_at
      FROM ocpp_transaction t JOIN figure f USING (transaction_id),
           LATERAL (SELECT f.register_wh IS NOT NULL AND f.at >= coalesce(t.meter_last_at, t.started_at) AS newer) AS n
     WHERE t.state = 'active' AND t.told_at <= $6::timestamptz
     ORDER BY t.transaction_id FOR NO KEY UPDATE OF t SKIP LOCKED
  )
  UPDATE ocpp_transaction t
     SET meter_last_wh = due.last_wh, meter_last_at = due.last_at, energy_wh = greatest(0, due.last_wh - t.meter_start_wh),
         power_w = coalesce(due.power_w, t.power_w), soc_percent = coalesce(due.soc_percent, t.soc_percent),
         told_at = $7::timestamptz, version = t.version + 1
    FROM due WHERE t.transaction_id = due.transaction_id
  RETURNING ${TRANSACTION_COLUMNS.split(', ')
    .map((column) => `t.${column}`)
    .join(', ')}`;

/** Keeps register, power and state of charge of running sessions, and tells of them (`session.updated`). */
export class LiveSessions {
  /** When, by our clock, a session is due again. Memory only spares questions: the row decides. */
  private readonly dueAt = new Map<string, number>();

  constructor(private readonly outbox: Outbox) {}

  async update(tx: Tx, figures: readonly LiveFigures[], now: Date): Promise<void> {
    const newest = new Map<string, LiveFigures>();
    for (const figure of figures) {
      if ((this.dueAt.get(figure.transactionId) ?? 0) > now.getTime()) continue;
      newest.set(figure.transactionId, combined(newest.get(figure.transactionId), figure));
    }
    if (newest.size === 0) return;
    const due = [...newest.values()];
    const rows = await tx.prepared<TransactionRow>(UPDATE, [
      due.map((f) => f.transactionId),
      due.map((f) => f.at.toISOString()),
      due.map((f) => f.registerWh?.toString() ?? null),
      due.map((f) => f.powerW),
      due.map((f) => f.socPercent),
      new Date(now.getTime() - TELL_EVERY_MS),
      now,
    ]);
    await this.tell(tx, rows, newest, now);
    tx.onCommit(() => this.remember(due, new Set(rows.map((row) => row.transaction_id as string)), now));
  }

  private async tell(tx: Tx, rows: readonly TransactionRow[], figures: ReadonlyMap<string, LiveFigures>, now: Date): Promise<void> {
    const facts = rows.map((row) => ({
      type: sessionUpdated,
      tenantId: row.tenant_id,
      tenant: figures.get(row.transaction_id)?.tenant ?? '',
      key: row.transaction_id,
      version: row.version,
      occurredAt: now,
      payload: sessionState(row),
    }));
    await this.outbox.write(tx, ...facts);
  }

  private remember(asked: readonly LiveFigures[], told: ReadonlySet<string>, now: Date): void {
    if (this.dueAt.size > MOST_REMEMBERED) this.dueAt.clear();
    for (const { transactionId } of asked) {
      this.dueAt.set(transactionId, now.getTime() + (told.has(transactionId) ? TELL_EVERY_MS : TRY_AGAIN_AFTER_MS));
    }
  }
}

/** Of several messages in one batch each figure that is newest. */
function combined(before: LiveFigures | undefined, next: LiveFigures): LiveFigures {
  if (before === undefined) return next;
  const [older, newer] = before.at <= next.at ? [before, next] : [next, before];
  return {
    ...newer,
    registerWh: newer.registerWh ?? older.registerWh,
    powerW: newer.powerW ?? older.powerW,
    socPercent: newer.socPercent ?? older.socPercent,
  };
}
