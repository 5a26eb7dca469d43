import type { SessionState } from '@ampline/contracts';
import type { Clock } from '@ampline/kernel-time';
import type { Tx } from '@ampline/platform-postgres';
import { rowOf, type SessionRow } from './records.mapping.js';
import { monthOf } from './session-month.js';

/** A session as its owner tells it. */
export interface ToldSession {
  tenantId: string;
  state: SessionState;
}

/** What a told session fills, and as which type. */
const COLUMNS: Record<keyof Omit<SessionRow, 'updated_at'>, string> = {
  session_id: 'uuid',
  tenant_id: 'uuid',
  version: 'bigint',
  status: 'text',
  origin: 'text',
  station_id: 'text',
  station_identity: 'text',
  site_id: 'text',
  site_name: 'text',
  location_id: 'text',
  location_name: 'text',
  evse_id: 'text',
  evse_code: 'text',
  evse_number: 'integer',
  connector_number: 'integer',
  time_zone: 'text',
  id_token: 'text',
  id_token_id: 'text',
  group_id: 'text',
  decision: 'text',
  driver_id: 'text',
  organisation_id: 'text',
  started_at: 'timestamptz',
  ended_at: 'timestamptz',
  received_at: 'timestamptz',
  meter_start_wh: 'bigint',
  meter_last_wh: 'bigint',
  energy_wh: 'bigint',
  power_w: 'bigint',
  soc_percent: 'integer',
  stop_reason: 'text',
  doubts: 'text[]',
  readings: 'jsonb',
  ocpp_transaction_id: 'text',
  estimated: 'boolean',
};

const names = Object.keys(COLUMNS);
const changing = names.filter((name) => name !== 'session_id' && name !== 'tenant_id');

// In the order of ids, so that two batches lock the rows they share in the same order.
const APPLY = `
INSERT INTO session_record (${names.join(', ')}, updated_at)
SELECT ${names.join(', ')}, now()
  FROM jsonb_to_recordset($1::jsonb) AS told (${Object.entries(COLUMNS)
    .map(([name, type]) => `${name} ${type}`)
    .join(', ')})
 ORDER BY session_id
    ON CONFLICT (session_id) DO UPDATE
   SET ${changing.map((name) => `${name} = excluded.${name}`).join(', ')}, updated_at = now()
 WHERE session_record.version < excluded.version
    OR $2 AND session_record.version = excluded.version
       AND (${changing.map((name) => `session_record.${name}`).join(', ')}) IS DISTINCT FROM (${changing.map((name) => `excluded.${name}`).join(', ')})
RETURNING 1`;

/** Brings what owners tell of sessions into the records: the newest version wins, whatever the order it comes in. */
export class SessionProjection {
  private readonly months = new Set<string>();

  constructor(private readonly clock: Clock) {}

  /**
   * Returns how many records changed. An older version of a session changes nothing, the same version only with `mend`: when our record
   * of it is another than what is told.
   */
  async apply(tx: Tx, told: readonly ToldSession[], o: { mend?: boolean } = {}): Promise<number> {
    const newest = new Map<string, ToldSession>();
    for (const session of told) {
      const known = newest.get(session.state.sessionId);
      if (!known || known.state.version < session.state.version) newest.set(session.state.sessionId, session);
    }
    const rows = [...newest.values()].map(({ tenantId, state }) => rowOf(tenantId, state));
    await this.ensureMonths(tx, rows);
    const changed = await tx.prepared(APPLY, [
      JSON.stringify(rows, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)),
      o.mend ?? false,
    ]);
    return changed.length;
  }

  private async ensureMonths(tx: Tx, rows: readonly { session_id: string }[]): Promise<void> {
    const now = this.clock.now();
    const missing = new Set(
      rows.map((row) => monthOf(row.session_id, now)).filter((month) => month !== undefined && !this.months.has(month)),
    );
    for (const month of missing) {
      await tx.query('SELECT ensure_session_month($1::date)', [month]);
      tx.onCommit(() => this.months.add(month as string));
    }
  }
}
