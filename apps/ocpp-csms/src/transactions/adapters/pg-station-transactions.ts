import type { Outbox } from '@ampline/platform-outbox';
import type { Tx } from '@ampline/platform-postgres';
import { sessionEnded, sessionStarted, sessionUpdated } from '@ampline/contracts';
import { uuidv7, type TransactionId } from '@ampline/kernel-ids';
import type { Doubt } from '../../issues/reasons.js';
import type { LockedStation } from '../../intake/locked-station.js';
import { findConnector } from '../../intake/connectors.js';
import { StationTransactions, type NewTransaction } from '../application/ports.js';
import type { Ending } from '../domain/stop.js';
import { isConnector, type ChargingTransaction, type RegisterReading } from '../domain/transaction.js';
import { sessionState, sessionStates } from '../session-state.js';
import { readTransaction, TRANSACTION_COLUMNS, type Place, type TransactionRow } from './transaction-row.js';

const WITH_START = `SELECT ${TRANSACTION_COLUMNS} FROM ocpp_transaction
  WHERE station_id = $1 AND start_key = $2 ORDER BY start_ordinal DESC LIMIT 1`;
const ENDED_WITH = `SELECT ${TRANSACTION_COLUMNS} FROM ocpp_transaction WHERE station_id = $1 AND stop_key = $2 LIMIT 1`;
const ACTIVE = `SELECT ${TRANSACTION_COLUMNS} FROM ocpp_transaction WHERE station_id = $1 AND state = 'active' ORDER BY started_at`;
const BY_OCPP_ID = `SELECT ${TRANSACTION_COLUMNS} FROM ocpp_transaction WHERE ocpp_id = $1`;
const BY_ID = `SELECT ${TRANSACTION_COLUMNS} FROM ocpp_transaction WHERE transaction_id = $1 AND station_id = $2`;
const NEWEST_READING = `
  SELECT coalesce(m.taken_at, m.received_at) AS at, m.register_wh FROM meter_value m JOIN ocpp_transaction t USING (transaction_id)
   WHERE m.transaction_id = $1 AND m.received_at >= t.started_received_at - interval '1 hour' AND m.register_wh IS NOT NULL
   ORDER BY at DESC, m.ordinal DESC LIMIT 1`;
const ELSEWHERE = `
  SELECT 1 FROM ocpp_transaction
   WHERE tenant_id = $1 AND lower(id_token) = lower($2) AND state = 'active' AND NOT (station_id = $3 AND connector_number = $4) LIMIT 1`;
const PLACE = `
  SELECT s.identity, site.site_id, site.name AS site_name, site.time_zone, l.location_id, l.name AS location_name, e.evse_id, e.code
    FROM charging_station s JOIN location l USING (location_id) JOIN site USING (site_id)
    LEFT JOIN evse e ON e.station_id = s.station_id AND e.number = $2
   WHERE s.station_id = $1`;
const BEGIN = `
  INSERT INTO ocpp_transaction (transaction_id, tenant_id, station_id, evse_id, connector_number, ocpp_id, start_key, start_ordinal,
    id_token, id_token_id, group_id, group_token, decision, state, started_at, started_raw, started_clock, started_received_at,
    meter_start_wh, meter_last_wh, meter_last_at, doubts, place, reservation_id, told_at, driver_id, organisation_id, version)
  VALUES ($1, $2, $3, $4, $5, nextval('ocpp_transaction_number'), $6, $7, $8, $9, $10, $11, $12, 'active', $13, $14, $15, $16, $17, $17,
    $13, $18, $19, $20, $21, $22, $23, 1)
  RETURNING ${TRANSACTION_COLUMNS}`;
// Live figures are told at most every 30 s: the newest state of charge may not be in the row yet.
const NEWEST_SOC = `
  SELECT m.soc_percent FROM meter_value m
   WHERE m.transaction_id = $1 AND m.received_at >= started_received_at AND m.soc_percent IS NOT NULL
   ORDER BY coalesce(m.taken_at, m.received_at) DESC, m.ordinal DESC LIMIT 1`;
const END = `
  UPDATE ocpp_transaction SET state = 'ended', ended_at = $2, ended_raw = $3, ended_clock = $4, ended_received_at = $5, meter_stop_wh = $6,
    stop_reason = $7, stop_id_token = $8, stop_key = $9, meter_last_wh = $10, meter_last_at = $11, power_w = NULL, energy_wh = $12,
    soc_percent = coalesce((${NEWEST_SOC}), soc_percent), doubts = $13, estimated = $14, told_at = $15, version = version + 1
  WHERE transaction_id = $1 RETURNING ${TRANSACTION_COLUMNS}`;
const CLEAR_DOUBT = `
  UPDATE ocpp_transaction SET doubts = array_remove(doubts, $2), told_at = $3, version = version + 1
   WHERE transaction_id = $1 AND doubts @> ARRAY[$2]
     AND NOT EXISTS (SELECT 1 FROM intake_issue i WHERE i.transaction_id = $1 AND i.reason = $2 AND i.status = 'open')
  RETURNING ${TRANSACTION_COLUMNS}`;

const JUDGED = `
  UPDATE ocpp_transaction SET doubts = $2, told_at = $3, version = version + 1 WHERE transaction_id = $1 RETURNING ${TRANSACTION_COLUMNS}`;

interface PlaceRow {
  identity: string;
  site_id: string;
  site_name: string;
  time_zone: string;
  location_id: string;
  location_name: string;
  evse_id: string | null;
  code: string | null;
}

/** The transactions of a locked station, in the database transaction that is open. */
export class PgStationTransactions extends StationTransactions {
  constructor(
    private readonly tx: Tx,
    private readonly station: LockedStation,
    private readonly outbox: Outbox,
    private readonly now: Date,
  ) {
    super();
  }

  async latestWithStart(key: string): Promise<ChargingTransaction | undefined> {
    return this.first(WITH_START, [this.station.stationId, Buffer.from(key, 'hex')]);
  }

  async endedWith(key: string): Promise<ChargingTransaction | undefined> {
    return this.first(ENDED_WITH, [this.station.stationId, Buffer.from(key, 'hex')]);
  }

  async active(): Promise<ChargingTransaction[]> {
    return (await this.tx.prepared<TransactionRow>(ACTIVE, [this.station.stationId])).map(readTransaction);
  }

  async byOcppId(ocppId: number): Promise<ChargingTransaction | undefined> {
    return ocppId > LARGEST_INTEGER ? undefined : this.first(BY_OCPP_ID, [ocppId]);
  }

  /** Of this station. */
  byId(transactionId: string): Promise<ChargingTransaction | undefined> {
    return this.first(BY_ID, [transactionId, this.station.stationId]);
  }

  /** Takes a doubt from a session once no open issue speaks of it any more. */
  async clearDoubt(transactionId: string, doubt: string): Promise<void> {
    const [row] = await this.tx.prepared<TransactionRow>(CLEAR_DOUBT, [transactionId, doubt, this.now]);
    if (row !== undefined) await this.tell(row.state === 'active' ? sessionUpdated : sessionEnded, row);
  }

  /** Its signed values have been judged again after its end. */
  async judged(transactionId: TransactionId, doubts: readonly Doubt[]): Promise<void> {
    const [row] = await this.tx.prepared<TransactionRow>(JUDGED, [transactionId, doubts, this.now]);
    if (row !== undefined) await this.tell(sessionEnded, row);
  }

  async newestReading(transactionId: TransactionId): Promise<RegisterReading | undefined> {
    const row = await this.tx.one<{ at: Date; register_wh: bigint }>(NEWEST_READING, [transactionId]);
    return row === undefined ? undefined : { at: row.at, registerWh: row.register_wh };
  }

  async chargesElsewhere(idToken: string, connectorNumber: number): Promise<boolean> {
    const { tenantId, stationId } = this.station;
    return (await this.tx.prepared(ELSEWHERE, [tenantId, idToken, stationId, connectorNumber])).length > 0;
  }

  async maxPowerW(connectorNumber: number): Promise<bigint> {
    return (await findConnector(this.tx, this.station.stationId, connectorNumber))?.maxPowerW ?? 0n;
  }

  async begin({ told, startOrdinal, doubts, decision, token }: NewTransaction): Promise<ChargingTransaction> {
    const place = await this.place(told.connectorNumber);
    const [row] = await this.tx.prepared<TransactionRow>(BEGIN, [
      uuidv7(),
      this.station.tenantId,
      this.station.stationId,
      place.evseId ?? null,
      told.connectorNumber,
      Buffer.from(told.key, 'hex'),
      startOrdinal,
      told.idToken,
      token?.idTokenId ?? null,
      token?.groupId ?? null,
      token?.groupToken ?? null,
      decision,
      told.started.at,
      told.started.raw,
      told.started.clock,
      told.started.receivedAt,
      told.meterStartWh,
      doubts,
      JSON.stringify(place),
      told.reservationId ?? null,
      this.now,
      token?.driverId ?? null,
      token?.organisationId ?? null,
    ]);
    await this.tell(sessionStarted, row as TransactionRow);
    return readTransaction(row as TransactionRow);
  }

  async end(transaction: ChargingTransaction, { end, last, energyWh, doubts }: Ending): Promise<void> {
    const { told } = end;
    const [row] = await this.tx.prepared<TransactionRow>(END, [
      transaction.transactionId,
      end.at,
      told?.ended.raw ?? null,
      told?.ended.clock ?? null,
      told?.ended.receivedAt ?? null,
      end.meterStopWh,
      told?.reason ?? null,
      told?.idToken ?? null,
      told === undefined ? null : Buffer.from(told.key, 'hex'),
      last.registerWh,
      last.at,
      energyWh,
      doubts,
      end.estimated,
      this.now,
    ]);
    await this.tell(sessionEnded, row as TransactionRow);
  }

  private async first(sql: string, params: unknown[]): Promise<ChargingTransaction | undefined> {
    const [row] = await this.tx.prepared<TransactionRow>(sql, params);
    return row === undefined ? undefined : readTransaction(row);
  }

  private async tell(type: typeof sessionStarted, row: TransactionRow): Promise<void> {
    const [payload] = row.state === 'active' ? [sessionState(row)] : await sessionStates(this.tx, [row]);
    if (payload === undefined) return;
    const { tenantId, tenant } = this.station;
    await this.outbox.write(this.tx, {
      type,
      tenantId,
      tenant,
      key: row.transaction_id,
      version: row.version,
      occurredAt: this.now,
      payload,
    });
  }

  private async place(connectorNumber: number): Promise<Place> {
    const [row] = await this.tx.prepared<PlaceRow>(PLACE, [this.station.stationId, connectorNumber]);
    const found = row as PlaceRow;
    return {
      identity: found.identity,
      siteId: found.site_id,
      siteName: found.site_name,
      locationId: found.location_id,
      locationName: found.location_name,
      ...(found.evse_id !== null && { evseId: found.evse_id }),
      ...(found.code !== null && { evseCode: found.code }),
      evseNumber: Math.max(0, connectorNumber),
      connectorNumber: isConnector(connectorNumber) ? 1 : 0,
      timeZone: found.time_zone,
    };
  }
}

/** OCPP ids are ours, and PostgreSQL integers: a larger one (2^63-1 is common) is none of them. */
const LARGEST_INTEGER = 2 ** 31 - 1;
