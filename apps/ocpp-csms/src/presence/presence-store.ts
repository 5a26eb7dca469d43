import type { SocketReport, Transport } from '@ampline/contracts';
import type { Clock } from '@ampline/kernel-time';
import type { Outbox } from '@ampline/platform-outbox';
import type { Database, Tx } from '@ampline/platform-postgres';
import { lockStations, tellStations } from '../stations/station-state.js';
import { roundsByStation } from './rounds.js';

/** Known by its gateway alone: of a snapshot. */
export interface ListedSocket {
  stationId: string;
  epoch: number;
}

/** From its first report on a gateway's silence means something. */
const KNOW_GATEWAYS = `
  INSERT INTO gateway (gateway_id, instance, last_beat_at)
  SELECT DISTINCT ON (id) id, instance, clock_timestamp() FROM unnest($1::text[], $2::text[]) AS g (id, instance) ORDER BY id
  ON CONFLICT DO NOTHING`;
/** A socket of an older epoch has been replaced: its report changes nothing. */
const OPEN = `
  UPDATE charging_station s SET online = true, open_epoch = o.epoch, online_changed_at = o.at, gateway_id = o.gateway_id,
         gateway_instance = o.instance, remote_address = coalesce(o.address, s.remote_address), protocol = coalesce(o.subprotocol, s.protocol),
         transport = coalesce(o.transport, s.transport),
         opening_since = CASE WHEN o.epoch < s.connection_epoch THEN s.opening_since END
    FROM unnest($1::uuid[], $2::bigint[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
      AS o (station_id, epoch, at, gateway_id, instance, address, subprotocol, transport)
   WHERE s.station_id = o.station_id AND o.epoch <= s.connection_epoch AND (s.open_epoch IS NULL OR s.open_epoch <= o.epoch)
     AND NOT (s.online AND s.open_epoch = o.epoch AND s.gateway_instance = o.instance)
  RETURNING s.station_id`;
const CLOSE = `
  UPDATE charging_station s SET online = false, open_epoch = NULL, online_changed_at = c.at
    FROM unnest($1::uuid[], $2::bigint[], $3::timestamptz[]) AS c (station_id, epoch, at)
   WHERE s.station_id = c.station_id AND s.open_epoch = c.epoch
  RETURNING s.station_id`;

/** Which stations are connected, through which gateway. Each change is told (`station.changed`). */
export class PresenceStore {
  constructor(
    private readonly db: Database,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** Reports of many stations in one database transaction, those of one station in their order. */
  async apply(reports: readonly SocketReport[]): Promise<void> {
    for (const round of roundsByStation(reports)) {
      await this.db.asWorker(async (tx) => {
        await knowGateways(tx, round);
        const ids = round.map(({ stationId }) => stationId);
        await this.change(tx, ids, async () => [
          ...(await open(
            tx,
            round.filter((report) => report.kind === 'opened'),
          )),
          ...(await close(
            tx,
            round.filter((report) => report.kind === 'closed'),
          )),
        ]);
      });
    }
  }

  /** Sets stations offline that a gateway no longer holds. Answers how many. */
  closeAll(tx: Tx, stationIds: readonly string[], at: Date): Promise<number> {
    return this.change(tx, stationIds, async () => {
      const rows = await tx.query<{ station_id: string }>(
        `UPDATE charging_station SET online = false, open_epoch = NULL, online_changed_at = $2
          WHERE station_id = ANY($1::uuid[]) AND online RETURNING station_id`,
        [stationIds, at],
      );
      return rows.map((row) => row.station_id);
    });
  }

  /** Sets stations online that a gateway holds and we did not know of. */
  openAll(tx: Tx, gateway: { gatewayId: string; gatewayInstance: string; at: string }, sockets: readonly ListedSocket[]): Promise<number> {
    const reports = sockets.map((socket) => ({ ...socket, ...gateway }));
    return this.change(
      tx,
      sockets.map(({ stationId }) => stationId),
      () => open(tx, reports),
    );
  }

  /** Locks, changes, tells those that have changed. */
  private async change(tx: Tx, stationIds: readonly string[], apply: () => Promise<string[]>): Promise<number> {
    if (stationIds.length === 0) return 0;
    await lockStations(tx, stationIds);
    const changed = await apply();
    if (changed.length > 0) await tellStations(tx, this.outbox, changed, this.clock.now());
    return changed.length;
  }
}

type OpenedSocket = ListedSocket & {
  gatewayId: string;
  gatewayInstance: string;
  at: string;
  remoteAddress?: string;
  subprotocol?: string;
  transport?: Transport;
};

/** Before the rows of stations are locked, like whoever settles the stations of a gateway. */
async function knowGateways(tx: Tx, reports: readonly SocketReport[]): Promise<void> {
  await tx.query(KNOW_GATEWAYS, [reports.map((r) => r.gatewayId), reports.map((r) => r.gatewayInstance)]);
}

async function open(tx: Tx, opened: readonly OpenedSocket[]): Promise<string[]> {
  if (opened.length === 0) return [];
  const rows = await tx.query<{ station_id: string }>(OPEN, [
    opened.map((o) => o.stationId),
    opened.map((o) => o.epoch),
    opened.map((o) => o.at),
    opened.map((o) => o.gatewayId),
    opened.map((o) => o.gatewayInstance),
    opened.map((o) => o.remoteAddress ?? null),
    opened.map((o) => o.subprotocol ?? null),
    opened.map((o) => o.transport ?? null),
  ]);
  return rows.map((row) => row.station_id);
}

async function close(tx: Tx, closed: readonly SocketReport[]): Promise<string[]> {
  if (closed.length === 0) return [];
  const params = [closed.map((c) => c.stationId), closed.map((c) => c.epoch), closed.map((c) => c.at)];
  return (await tx.query<{ station_id: string }>(CLOSE, params)).map((row) => row.station_id);
}
