import type { SocketRouting } from '@ampline/contracts';
import type { Database } from '@ampline/platform-postgres';
import type { KeyCipher } from '@ampline/platform-runner';

interface Row {
  station_id: string;
  tenant: string;
  identity: string;
  version: bigint;
  name: string | null;
  kind: 'nats' | 'http' | null;
  actions: string[];
  proxy_mode: 'off' | 'mirror' | 'forward';
  proxy_url: string | null;
  proxy_username: string | null;
  proxy_password: Buffer | null;
}

/** A station's routing as its gateway is told. */
export interface AnnouncedRouting {
  /** Slug. */
  tenant: string;
  identity: string;
  routing: SocketRouting;
}

const SELECT = `
  SELECT s.station_id, t.slug AS tenant, s.identity, s.routing_version AS version, b.name, b.kind, r.actions, r.proxy_mode, r.proxy_url,
         r.proxy_username, r.proxy_password
    FROM station_routing r JOIN charging_station s USING (station_id) JOIN tenant t ON t.tenant_id = s.tenant_id
    LEFT JOIN back_end b USING (back_end_id)`;

/** Where the calls of stations go, as gateways are told. */
export class StationRoutings {
  constructor(
    private readonly db: Database,
    private readonly secrets: KeyCipher,
  ) {}

  /** Undefined for a station that was never routed anywhere. */
  async of(stationId: string): Promise<AnnouncedRouting | undefined> {
    const [row] = await this.db.query<Row>(`${SELECT} WHERE r.station_id = $1`, [stationId]);
    return row && this.announced(row);
  }

  async changedSince(at: Date): Promise<AnnouncedRouting[]> {
    return (await this.db.query<Row>(`${SELECT} WHERE r.changed_at > $1`, [at])).map((row) => this.announced(row));
  }

  private announced(row: Row): AnnouncedRouting {
    const { tenant, identity, name, kind, actions, proxy_mode: mode, proxy_url: url, proxy_username: username } = row;
    const password = row.proxy_password && this.secrets.open(row.proxy_password, row.station_id);
    const routing: SocketRouting = {
      version: Number(row.version),
      ...(name !== null && kind !== null && { backEnd: { name, over: kind, ...(actions.length > 0 && { actions }) } }),
      ...(mode !== 'off' && url !== null && { proxy: { mode, url, ...(username && { username }), ...(password && { password }) } }),
    };
    return { tenant, identity, routing };
  }
}
