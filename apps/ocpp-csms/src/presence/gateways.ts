import type { PresenceReply, PresenceReport } from '@ampline/contracts';
import type { Clock } from '@ampline/kernel-time';
import type { Database, Tx } from '@ampline/platform-postgres';
import type { Telemetry } from '@ampline/platform-telemetry';
import type { PresenceStore } from './presence-store.js';

export type Beat = Extract<PresenceReport, { kind: 'beat' }>;
export type Snapshot = Extract<PresenceReport, { kind: 'snapshot' }>;

const BEAT = `
  INSERT INTO gateway (gateway_id, instance, last_beat_at, sockets) VALUES ($1, $2, clock_timestamp(), $3)
  ON CONFLICT (gateway_id) DO UPDATE SET instance = excluded.instance, last_beat_at = excluded.last_beat_at, sockets = excluded.sockets`;
/** The same as the gateway's: xor over its sockets of the first 8 bytes of sha256(`<stationId>:<epoch>`). */
const OUR_PICTURE = `
  SELECT count(*) FILTER (WHERE gateway_instance <> $2) AS of_earlier_instances,
         lpad(to_hex(coalesce(bit_xor(
           ('x' || left(encode(sha256(convert_to(station_id::text || ':' || open_epoch, 'UTF8')), 'hex'), 16))::bit(64)::bigint
         ) FILTER (WHERE gateway_instance = $2), 0)), 16, '0') AS checksum
    FROM charging_station WHERE gateway_id = $1 AND online`;
const MISMATCHES = `UPDATE gateway SET mismatches = CASE WHEN $2 THEN 0 ELSE mismatches + 1 END WHERE gateway_id = $1 RETURNING mismatches`;
const KEEP_CHUNK = `
  INSERT INTO gateway_snapshot_chunk (gateway_id, chunk, instance, told_at, station_ids, epochs)
  VALUES ($1, $2, $3, $4, $5::uuid[], $6::bigint[])
  ON CONFLICT (gateway_id, chunk) DO UPDATE SET instance = excluded.instance, told_at = excluded.told_at,
    station_ids = excluded.station_ids, epochs = excluded.epochs`;
const KEPT = `SELECT count(*) AS chunks, min(told_at) AS begun_at FROM gateway_snapshot_chunk WHERE gateway_id = $1 AND instance = $2`;
const FORGET_CHUNKS = 'DELETE FROM gateway_snapshot_chunk WHERE gateway_id = $1';
const LISTED = `
  SELECT l.station_id, l.epoch FROM gateway_snapshot_chunk c, unnest(c.station_ids, c.epochs) AS l (station_id, epoch) WHERE c.gateway_id = $1`;
/** Opened after the snapshot was taken: not on it, and rightly online. */
const NOT_LISTED = `
  SELECT station_id FROM charging_station
   WHERE gateway_id = $1 AND online AND online_changed_at < $2::timestamptz AND station_id <> ALL ($3::uuid[])`;

/** One mismatch may be a report that is still under way. */
const ASK_AT_MISMATCH = 2;

/** The gateways that hold the sockets: their beats, and the reconciliation when their picture is not ours. */
export class Gateways {
  constructor(
    private readonly db: Database,
    private readonly store: PresenceStore,
    private readonly clock: Clock,
    private readonly telemetry: Telemetry,
  ) {}

  async beat(beat: Beat): Promise<PresenceReply> {
    const { gatewayId, gatewayInstance } = beat;
    await this.db.query(BEAT, [gatewayId, gatewayInstance, beat.sockets]);
    const [ours] = await this.db.query<{ of_earlier_instances: bigint; checksum: string }>(OUR_PICTURE, [gatewayId, gatewayInstance]);
    if ((ours?.of_earlier_instances ?? 0n) > 0n) await this.forgetEarlierInstances(gatewayId, gatewayInstance);
    const same = ours?.checksum === beat.checksum;
    const [row] = await this.db.query<{ mismatches: number }>(MISMATCHES, [gatewayId, same]);
    const mismatches = row?.mismatches ?? 0;
    const resync = mismatches >= ASK_AT_MISMATCH;
    if (resync) this.telemetry.logger.info('gateway.resync', { gatewayId, gatewayInstance, sockets: beat.sockets, mismatches });
    return resync ? { ok: true, resync } : { ok: true };
  }

  /**
   * A gateway sends its chunks one after the other, the next when the one before was acknowledged. They may reach different replicas: they
   * are gathered in the database, the first one begins anew, and the last one settles.
   */
  async snapshot(snapshot: Snapshot): Promise<PresenceReply> {
    const { gatewayId, gatewayInstance, at, chunk, chunks, sockets } = snapshot;
    await this.db.asWorker(async (tx) => {
      await tx.query('SELECT 1 FROM gateway WHERE gateway_id = $1 FOR UPDATE', [gatewayId]);
      if (chunk === 0) await tx.query(FORGET_CHUNKS, [gatewayId]);
      const stationIds = sockets.map(({ stationId }) => stationId);
      await tx.query(KEEP_CHUNK, [gatewayId, chunk, gatewayInstance, at, stationIds, sockets.map(({ epoch }) => epoch)]);
      const kept = await tx.one<{ chunks: bigint; begun_at: Date }>(KEPT, [gatewayId, gatewayInstance]);
      if (kept !== undefined && Number(kept.chunks) === chunks) await this.settle(tx, snapshot, kept.begun_at);
    });
    return { ok: true };
  }

  private async settle(tx: Tx, { gatewayId, gatewayInstance, at }: Snapshot, begunAt: Date): Promise<void> {
    const listed = await tx.query<{ station_id: string; epoch: bigint }>(LISTED, [gatewayId]);
    const ids = listed.map((row) => row.station_id);
    const gone = await tx.query<{ station_id: string }>(NOT_LISTED, [gatewayId, begunAt, ids]);
    const goneIds = gone.map((row) => row.station_id);
    const closed = await this.store.closeAll(tx, goneIds, this.clock.now());
    const sockets = listed.map((row) => ({ stationId: row.station_id, epoch: Number(row.epoch) }));
    const opened = await this.store.openAll(tx, { gatewayId, gatewayInstance, at }, sockets);
    await tx.query(FORGET_CHUNKS, [gatewayId]);
    await tx.query('UPDATE gateway SET mismatches = 0 WHERE gateway_id = $1', [gatewayId]);
    tx.onCommit(() => this.telemetry.logger.info('gateway.reconciled', { gatewayId, sockets: ids.length, opened, closed }));
  }

  /** The gateway's process was started anew: what an earlier one held is gone. */
  private async forgetEarlierInstances(gatewayId: string, gatewayInstance: string): Promise<void> {
    await this.db.asWorker(async (tx) => {
      const stale = await tx.query<{ station_id: string }>(
        'SELECT station_id FROM charging_station WHERE gateway_id = $1 AND online AND gateway_instance <> $2',
        [gatewayId, gatewayInstance],
      );
      const offline = await this.store.closeAll(
        tx,
        stale.map((row) => row.station_id),
        this.clock.now(),
      );
      tx.onCommit(() => this.telemetry.logger.info('gateway.restarted', { gatewayId, gatewayInstance, offline }));
    });
  }
}
