import { MqttTopic } from '@ampline/contracts';
import type { Clock } from '@ampline/kernel-time';
import type { AuditTrail } from '@ampline/platform-audit';
import type { Outbox } from '@ampline/platform-outbox';
import type { Database, Tx } from '@ampline/platform-postgres';
import { csmsErrors } from '../errors.js';
import { lockStations, tellStations } from '../stations/station-state.js';
import type { Asking } from '../stations/stations.store.js';
import type { BackEndRow } from './back-ends.store.js';
import { routingErrors } from './errors.js';
import { MQTT_USER_COLUMNS, type MqttUserRow } from './mqtt-users.store.js';
import type { RoutingAnnouncer } from './routing-announcer.js';
import type { KeyCipher } from '@ampline/platform-runner';

export type ProxyModeName = 'off' | 'mirror' | 'forward';

/** How one station is routed. */
export interface RoutingRow {
  station_id: string;
  back_end: BackEndRow | undefined;
  actions: string[];
  proxy_mode: ProxyModeName;
  proxy_url: string | null;
  proxy_username: string | null;
  has_proxy_password: boolean;
  proxy_state: 'connecting' | 'connected' | 'failing' | null;
  proxy_reason: string | null;
  proxy_dropped: number;
  proxy_state_at: Date | null;
  mqtt_user: MqttUserRow | undefined;
  topics: string[];
}

/** A second CSMS as somebody wants it. `password`: undefined leaves it as it is, empty takes it away. */
export interface ProxyWanted {
  mode: ProxyModeName;
  url: string;
  username: string;
  password: string | undefined;
}

interface Station {
  slug: string;
  identity: string;
}

const ROUTING = `
  SELECT back_end_id, actions, proxy_mode, proxy_url, proxy_username, proxy_password IS NOT NULL AS has_proxy_password, proxy_state,
         proxy_reason, proxy_dropped, proxy_state_at
    FROM station_routing WHERE station_id = $1`;
const BACK_END = `SELECT back_end_id, name, kind, url, generation, created_at,
  (SELECT count(*)::integer FROM station_routing r WHERE r.back_end_id = back_end.back_end_id) AS stations
   FROM back_end WHERE back_end_id = $1`;
const NOTHING = {
  actions: [],
  proxy_mode: 'off' as const,
  proxy_url: null,
  proxy_username: null,
  has_proxy_password: false,
  proxy_state: null,
  proxy_reason: null,
  proxy_dropped: 0,
  proxy_state_at: null,
};

/** Which back end a station has, and which second CSMS. */
export class RoutingStore {
  private readonly topics: readonly MqttTopic[];

  constructor(
    private readonly o: {
      db: Database;
      outbox: Outbox;
      audit: AuditTrail;
      secrets: KeyCipher;
      announcer: RoutingAnnouncer;
      clock: Clock;
    },
    topics: readonly string[],
  ) {
    this.topics = topics.map((topic) => new MqttTopic(topic));
  }

  /** Throws `csms.station-unknown`. */
  get(tenantId: string, stationId: string): Promise<RoutingRow> {
    return this.o.db.asTenant(tenantId, async (tx) => this.read(tx, stationId, await this.station(tx, stationId)));
  }

  /** `backEndId` undefined: csms. Throws `csms.station-unknown`, `csms.routing.back-end-unknown`. */
  setBackEnd(asking: Asking, stationId: string, backEndId: string | undefined, actions: readonly string[]): Promise<RoutingRow> {
    return this.change(asking, stationId, async (tx) => {
      const backEnd = backEndId === undefined ? undefined : await tx.one<BackEndRow>(BACK_END, [backEndId]);
      if (backEndId !== undefined && !backEnd) throw routingErrors.backEndUnknown();
      await tx.query('UPDATE station_routing SET back_end_id = $2, actions = $3 WHERE station_id = $1', [
        stationId,
        backEndId ?? null,
        backEnd ? actions : [],
      ]);
      const name = backEnd?.name ?? 'csms';
      await tx.query('UPDATE charging_station SET back_end = $2 WHERE station_id = $1', [stationId, name]);
      return { action: 'back-end-set', detail: { backEnd: name, ...(actions.length > 0 && { actions }) } };
    });
  }

  /** Throws `csms.station-unknown`. */
  setProxy(asking: Asking, stationId: string, { mode, url, username, password }: ProxyWanted): Promise<RoutingRow> {
    return this.change(asking, stationId, async (tx) => {
      await tx.query(
        `UPDATE station_routing SET proxy_mode = $2, proxy_url = $3, proxy_username = $4, proxy_password = CASE WHEN $5 THEN $6 ELSE proxy_password END,
                proxy_state = NULL, proxy_reason = NULL, proxy_dropped = 0, proxy_state_at = NULL
          WHERE station_id = $1`,
        [
          stationId,
          mode,
          url || null,
          username || null,
          password !== undefined,
          password ? this.o.secrets.seal(password, stationId) : null,
        ],
      );
      return { action: 'proxy-set', detail: { mode, ...(url !== '' && { url }) } };
    });
  }

  private change(
    asking: Asking,
    stationId: string,
    apply: (tx: Tx) => Promise<{ action: string; detail: Record<string, unknown> }>,
  ): Promise<RoutingRow> {
    const { db, outbox, audit, announcer, clock } = this.o;
    const { tenantId, caller } = asking;
    return db.asTenant(tenantId, async (tx) => {
      await lockStations(tx, [stationId]);
      const station = await this.station(tx, stationId);
      const now = clock.now();
      await tx.query(
        `INSERT INTO station_routing (station_id, tenant_id, changed_at) VALUES ($1, $2, $3)
         ON CONFLICT (station_id) DO UPDATE SET changed_at = excluded.changed_at`,
        [stationId, tenantId, now],
      );
      await tx.query('UPDATE charging_station SET routing_version = routing_version + 1 WHERE station_id = $1', [stationId]);
      const { action, detail } = await apply(tx);
      const entity = { type: 'charging-station', id: stationId, name: station.identity };
      await audit.record(tx, { caller, tenantId, tenant: station.slug, action: `charging-station.${action}`, entity, detail });
      await tellStations(tx, outbox, [stationId], now);
      tx.onCommit(() => void announcer.announce(stationId));
      return this.read(tx, stationId, station);
    });
  }

  private async station(tx: Tx, stationId: string): Promise<Station> {
    const station = await tx.one<Station>(
      'SELECT t.slug, s.identity FROM charging_station s JOIN tenant t USING (tenant_id) WHERE s.station_id = $1',
      [stationId],
    );
    if (!station) throw csmsErrors.stationUnknown();
    return station;
  }

  private async read(tx: Tx, stationId: string, { slug, identity }: Station): Promise<RoutingRow> {
    const row = await tx.one<Omit<RoutingRow, 'back_end' | 'mqtt_user' | 'topics'> & { back_end_id: string | null }>(ROUTING, [stationId]);
    const backEnd = row?.back_end_id ? await tx.one<BackEndRow>(BACK_END, [row.back_end_id]) : undefined;
    const mqttUser = await tx.one<MqttUserRow>(
      `SELECT ${MQTT_USER_COLUMNS} FROM mqtt_user WHERE mqtt_user_id = (SELECT mqtt_user_id FROM mqtt_user_station WHERE station_id = $1)`,
      [stationId],
    );
    const topics = this.topics.map((topic) => topic.subject(slug, identity, 'in').replaceAll('.', '/').replace(/\/in$/, ''));
    return { ...NOTHING, ...row, station_id: stationId, back_end: backEnd, mqtt_user: mqttUser, topics };
  }
}
