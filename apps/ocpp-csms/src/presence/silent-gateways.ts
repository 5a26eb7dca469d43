import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '@ampline/kernel-time';
import { assertFence, Lease } from '@ampline/platform-lease';
import type { Bus } from '@ampline/platform-nats';
import type { Database, Tx } from '@ampline/platform-postgres';
import type { Telemetry } from '@ampline/platform-telemetry';
import type { PresenceStore } from './presence-store.js';

export interface SilenceOptions {
  /** After so long without a beat the stations of a gateway are offline, milliseconds. */
  silenceMs: number;
  lookEveryMs: number;
}

const LEASE = 'presence';
const STATIONS_AT_ONCE = 500;

const SILENT = `SELECT gateway_id FROM gateway WHERE last_beat_at < clock_timestamp() - $1 * interval '1 ms'`;
/** Locked, so that a beat that comes now waits for the outcome. */
const STILL_SILENT = `${SILENT} AND gateway_id = $2 FOR UPDATE`;
const HELD = `SELECT station_id FROM charging_station WHERE gateway_id = $1 AND online ORDER BY station_id LIMIT ${STATIONS_AT_ONCE}`;

/** A look that comes or takes longer than this: this process or its database stood still, and beats with it. */
const STOOD_STILL_MS = 2_000;

/** Sets the stations of a gateway offline that has fallen silent. One replica does it at a time. */
export class SilentGateways {
  /** Since when every beat that was sent would have been noted, as far as this process can tell; monotonic milliseconds. */
  private hearingSince: number;
  private stopListening: (() => void) | undefined;

  constructor(
    private readonly parts: { db: Database; bus: Bus; store: PresenceStore; lease: Lease; clock: Clock },
    private readonly options: SilenceOptions,
    private readonly telemetry: Telemetry,
  ) {
    this.hearingSince = parts.clock.monotonicMs();
  }

  start(): void {
    const { bus, clock, lease } = this.parts;
    this.hearingSince = clock.monotonicMs();
    this.stopListening = bus.onStatus(() => (this.hearingSince = clock.monotonicMs()));
    lease.run((signal, epoch) => this.watch(signal, epoch));
  }

  async stop(): Promise<void> {
    this.stopListening?.();
    await this.parts.lease.stop();
  }

  private async watch(signal: AbortSignal, epoch: bigint): Promise<void> {
    const { clock } = this.parts;
    for (let lookedAt = clock.monotonicMs(); !signal.aborted;) {
      this.notice(lookedAt + this.options.lookEveryMs);
      lookedAt = clock.monotonicMs();
      await this.look(epoch);
      await pause(this.options.lookEveryMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Whoever was deaf cannot say that another was silent: after a standstill the time of silence is counted anew. */
  private notice(due: number): void {
    const now = this.parts.clock.monotonicMs();
    if (now - due > STOOD_STILL_MS) this.hearingSince = now;
  }

  private hears(): boolean {
    const { bus, clock } = this.parts;
    return bus.connected && clock.monotonicMs() - this.hearingSince > this.options.silenceMs;
  }

  private async look(epoch: bigint): Promise<void> {
    const { db, clock } = this.parts;
    const askedAt = clock.monotonicMs();
    const silent = await db.query<{ gateway_id: string }>(SILENT, [this.options.silenceMs]);
    this.notice(askedAt);
    for (const { gateway_id: gatewayId } of this.hears() ? silent : []) {
      let offline = 0;
      for (let more = true; more;) {
        const closed = await db.asWorker((tx) => this.closeSome(tx, gatewayId, epoch));
        offline += closed;
        more = closed === STATIONS_AT_ONCE;
      }
      this.telemetry.logger.warn('gateway.silent', { gatewayId, offline });
    }
  }

  /** Stations of one database transaction; the last of them takes the gateway along. */
  private async closeSome(tx: Tx, gatewayId: string, epoch: bigint): Promise<number> {
    await assertFence(tx, LEASE, epoch);
    const silent = await tx.query(STILL_SILENT, [this.options.silenceMs, gatewayId]);
    if (silent.length === 0) return 0;
    const held = (await tx.query<{ station_id: string }>(HELD, [gatewayId])).map((row) => row.station_id);
    const closed = await this.parts.store.closeAll(tx, held, this.parts.clock.now());
    if (held.length < STATIONS_AT_ONCE) await tx.query('DELETE FROM gateway WHERE gateway_id = $1', [gatewayId]);
    return closed;
  }
}

/** The lease under which {@link SilentGateways} works. */
export function presenceLease(db: Database, holder: string, telemetry: Telemetry): Lease {
  return new Lease(db, LEASE, { ttlMs: 6_000, holder }, telemetry);
}
