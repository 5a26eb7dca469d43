import type { SessionState, StationState } from '@ampline/contracts';
import type { Database } from '@ampline/platform-postgres';
import { STATION_STATE_COLUMNS, STATION_STATE_JOINS, stationState, type StationStateRow } from '../stations/station-state.js';
import { TRANSACTION_COLUMNS, type TransactionRow } from '../transactions/adapters/transaction-row.js';
import { sessionStates } from '../transactions/session-state.js';

/** Before every id. */
const FIRST = '00000000-0000-0000-0000-000000000000';

/** Current state of every tenant's stations and sessions, page by page in the order of their ids. */
export class ExportStore {
  constructor(
    private readonly database: Database,
    /** Rows read at once. */
    private readonly batch: number,
  ) {}

  /** Exactly what the newest fact of each station tells. `after`: an id, or empty. */
  async *stations(after: string): AsyncGenerator<StationState> {
    for (let last = after || FIRST; ;) {
      const page = await this.database.asReader((tx) =>
        tx.query<StationStateRow>(
          `SELECT ${STATION_STATE_COLUMNS} FROM charging_station s ${STATION_STATE_JOINS}
           WHERE s.station_id > $1 ORDER BY s.station_id LIMIT $2`,
          [last, this.batch],
        ),
      );
      const states = page.map(stationState);
      yield* states;
      const end = states.at(-1);
      if (!end) return;
      last = end.stationId;
    }
  }

  /** Exactly what the newest fact of each session would tell. `after`: an id, or empty. */
  async *sessions(after: string): AsyncGenerator<{ tenantId: string; session: SessionState }> {
    for (let last = after || FIRST; ;) {
      const page = await this.database.asReader(async (tx) => {
        const rows = await tx.query<TransactionRow>(
          `SELECT ${TRANSACTION_COLUMNS} FROM ocpp_transaction WHERE transaction_id > $1 ORDER BY transaction_id LIMIT $2`,
          [last, this.batch],
        );
        const sessions = await sessionStates(tx, rows);
        return sessions.map((session, i) => ({ tenantId: (rows[i] as TransactionRow).tenant_id as string, session }));
      });
      yield* page;
      const end = page.at(-1);
      if (!end) return;
      last = end.session.sessionId;
    }
  }
}
