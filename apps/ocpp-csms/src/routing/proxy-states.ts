import { StationPathSubject } from '@ampline/contracts';
import type { Bus, Incoming, Served } from '@ampline/platform-nats';
import type { Database } from '@ampline/platform-postgres';
import { routingErrors } from './errors.js';
import { proxyState, read } from './schemas.js';

const UPDATE = `
  UPDATE station_routing SET proxy_state = $2, proxy_reason = $3, proxy_dropped = $4, proxy_state_at = $5
   WHERE station_id = $1 AND proxy_mode <> 'off' AND (proxy_state_at IS NULL OR proxy_state_at <= $5)`;
const LONGEST_REASON = 200;

/** Notes how connections to second CSMSs fare. May be lost: the next change tells it again. */
export class ProxyStates {
  private served: Served | undefined;

  constructor(
    private readonly bus: Bus,
    private readonly db: Database,
  ) {}

  start(): void {
    this.served ??= this.bus.serve(StationPathSubject.allProxyStates, { queue: 'csms', concurrency: 4 }, (message) => this.take(message));
  }

  async stop(): Promise<void> {
    await this.served?.drain();
    this.served = undefined;
  }

  private async take(message: Incoming): Promise<void> {
    const { stationId, state, reason, dropped, at } = read(proxyState, message.body, routingErrors.badMessage);
    await this.db.query(UPDATE, [stationId, state, reason?.replaceAll('\0', '').slice(0, LONGEST_REASON) ?? null, dropped, at]);
  }
}
