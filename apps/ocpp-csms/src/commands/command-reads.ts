import { keyset, type Database, type KeysetOrder, type KeysetValue, type Page } from '@ampline/platform-postgres';
import { csmsErrors } from '../errors.js';
import { COMMAND_COLUMNS, type CommandRow } from './command-row.js';

const NEWEST_FIRST: KeysetOrder = {
  columns: [
    { name: 'requested_at', type: 'timestamptz' },
    { name: 'command_id', type: 'uuid' },
  ],
  direction: 'desc',
};

/** A session that is to be stopped, as its station knows it. */
export interface RunningSession {
  stationId: string;
  ocppId: number;
}

/** What commands need to know and what is asked about them, of one tenant each. */
export class CommandReads {
  constructor(private readonly database: Database) {}

  /** Throws `csms.command-unknown`. */
  async get(tenantId: string, commandId: string): Promise<CommandRow> {
    const row = await this.database.asTenant(tenantId, (tx) =>
      tx.one<CommandRow>(`SELECT ${COMMAND_COLUMNS} FROM command WHERE command_id = $1`, [commandId]),
    );
    if (!row) throw csmsErrors.commandUnknown();
    return row;
  }

  /** Newest first, of one station or of all; one more than the page holds. Throws `csms.station-unknown`. */
  async list(tenantId: string, stationId: string | undefined, page: Page): Promise<{ key: KeysetValue[]; row: CommandRow }[]> {
    const at = keyset(NEWEST_FIRST, page.cursor, 4);
    const rows = await this.database.asTenant(tenantId, async (tx) => {
      const known = stationId === undefined || (await tx.one('SELECT 1 FROM charging_station WHERE station_id = $1', [stationId]));
      if (!known) throw csmsErrors.stationUnknown();
      return tx.query<CommandRow & { requested_text: string }>(
        `SELECT ${COMMAND_COLUMNS}, requested_at::text AS requested_text FROM command
         WHERE tenant_id = $1 AND ($2::uuid IS NULL OR station_id = $2) AND ${at.where} ORDER BY ${at.orderBy} LIMIT $3`,
        [tenantId, stationId ?? null, page.limit + 1, ...at.params],
      );
    });
    return rows.map((row) => ({ key: [row.requested_text, row.command_id], row }));
  }

  /** Throws `csms.evse-unknown` when the station has no such EVSE, `csms.station-unknown`. */
  async checkEvse(tenantId: string, stationId: string, evseNumber: number): Promise<void> {
    const row = await this.database.asTenant(tenantId, (tx) =>
      tx.one<{ there: boolean }>(
        `SELECT EXISTS (SELECT FROM evse e WHERE e.station_id = s.station_id AND e.number = $2) AS there
         FROM charging_station s WHERE s.station_id = $1`,
        [stationId, evseNumber],
      ),
    );
    if (!row) throw csmsErrors.stationUnknown();
    if (!row.there) throw csmsErrors.evseUnknown();
  }

  /** Throws `csms.session-unknown`, `csms.session-not-active`. */
  async runningSession(tenantId: string, sessionId: string): Promise<RunningSession> {
    const row = await this.database.asTenant(tenantId, (tx) =>
      tx.one<{ station_id: string; ocpp_id: number; state: string }>(
        'SELECT station_id, ocpp_id, state FROM ocpp_transaction WHERE transaction_id = $1',
        [sessionId],
      ),
    );
    if (!row) throw csmsErrors.sessionUnknown();
    if (row.state !== 'active') throw csmsErrors.sessionNotActive();
    return { stationId: row.station_id, ocppId: row.ocpp_id };
  }
}
