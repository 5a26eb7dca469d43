import { uuidv7 } from '@ampline/kernel-ids';
import { StationPathSubject, type Revocation } from '@ampline/contracts';
import type { Clock } from '@ampline/kernel-time';
import type { AuditTrail } from '@ampline/platform-audit';
import type { Bus } from '@ampline/platform-nats';
import { uniqueViolation, type Database, type Tx } from '@ampline/platform-postgres';
import { csmsErrors } from '../errors.js';
import { tenantSlug } from '../projections/tenant-slug.js';
import type { Asking } from '../stations/stations.store.js';
import type { BusAccounts } from './bus-accounts.js';
import { routingErrors } from './errors.js';
import type { OutsideSecrets } from './outside-secrets.js';

export interface MqttUserRow {
  mqtt_user_id: string;
  tenant: string;
  name: string;
  generation: number;
  created_at: Date;
  station_ids: string[];
}

/** Of the table `mqtt_user`, also for RETURNING. */
export const MQTT_USER_COLUMNS = `mqtt_user_id, (SELECT slug FROM tenant WHERE tenant.tenant_id = mqtt_user.tenant_id) AS tenant, name, generation,
  created_at, (SELECT coalesce(array_agg(m.station_id::text ORDER BY m.station_id), '{}') FROM mqtt_user_station m
                WHERE m.mqtt_user_id = mqtt_user.mqtt_user_id) AS station_ids`;

/** Who may connect to the MQTT listener for which stations. */
export class MqttUserStore {
  constructor(
    private readonly o: { db: Database; audit: AuditTrail; secrets: OutsideSecrets; accounts: BusAccounts; bus: Bus; clock: Clock },
  ) {}

  list(tenantId: string): Promise<MqttUserRow[]> {
    return this.o.db.asTenant(tenantId, (tx) =>
      tx.query<MqttUserRow>(`SELECT ${MQTT_USER_COLUMNS} FROM mqtt_user WHERE tenant_id = $1 ORDER BY name`, [tenantId]),
    );
  }

  /** Throws `csms.routing.mqtt-name-taken`, `csms.routing.station-has-mqtt-user`, `csms.station-unknown`. */
  create(asking: Asking, name: string, stationIds: readonly string[]): Promise<{ row: MqttUserRow; password: string }> {
    return naming(() =>
      this.o.db.asTenant(asking.tenantId, async (tx) => {
        const id = uuidv7();
        await tx.query('INSERT INTO mqtt_user (mqtt_user_id, tenant_id, name, created_at) VALUES ($1, $2, $3, $4)', [
          id,
          asking.tenantId,
          name,
          this.o.clock.now(),
        ]);
        await this.assign(tx, asking, id, stationIds);
        const row = await this.changed(tx, asking, id, 'created');
        return { row, password: this.passwordOf(row) };
      }),
    );
  }

  /** Throws as {@link create}, and `csms.routing.mqtt-user-unknown`. */
  setStations(asking: Asking, id: string, stationIds: readonly string[]): Promise<MqttUserRow> {
    return naming(() =>
      this.o.db.asTenant(asking.tenantId, async (tx) => {
        await this.find(tx, id);
        await this.disconnect(tx, id, stationIds);
        await tx.query('DELETE FROM mqtt_user_station WHERE mqtt_user_id = $1', [id]);
        await this.assign(tx, asking, id, stationIds);
        return this.changed(tx, asking, id, 'stations-set');
      }),
    );
  }

  /** Throws `csms.routing.mqtt-user-unknown`. */
  rotate(asking: Asking, id: string): Promise<string> {
    return this.o.db.asTenant(asking.tenantId, async (tx) => {
      await this.find(tx, id);
      await tx.query('UPDATE mqtt_user SET generation = generation + 1 WHERE mqtt_user_id = $1', [id]);
      return this.passwordOf(await this.changed(tx, asking, id, 'password-rotated'));
    });
  }

  /** Throws `csms.routing.mqtt-user-unknown`. */
  remove(asking: Asking, id: string): Promise<void> {
    return this.o.db.asTenant(asking.tenantId, async (tx) => {
      await this.find(tx, id);
      await this.disconnect(tx, id, []);
      await this.changed(tx, asking, id, 'removed');
      await tx.query('DELETE FROM mqtt_user WHERE mqtt_user_id = $1', [id]);
    });
  }

  private async find(tx: Tx, id: string): Promise<MqttUserRow> {
    const row = await tx.one<MqttUserRow>(`SELECT ${MQTT_USER_COLUMNS} FROM mqtt_user WHERE mqtt_user_id = $1`, [id]);
    if (!row) throw routingErrors.mqttUserUnknown();
    return row;
  }

  private async assign(tx: Tx, { tenantId }: Asking, id: string, stationIds: readonly string[]): Promise<void> {
    // Stations of other tenants are not seen here, and a foreign key looks past row security.
    const rows = await tx.query(
      `INSERT INTO mqtt_user_station (station_id, tenant_id, mqtt_user_id)
       SELECT station_id, tenant_id, $2 FROM charging_station WHERE station_id = ANY($1::uuid[]) AND tenant_id = $3 RETURNING 1`,
      [stationIds, id, tenantId],
    );
    if (rows.length < new Set(stationIds).size) throw csmsErrors.stationUnknown();
  }

  /** Stations that the user speaks for no longer are held no longer. */
  private async disconnect(tx: Tx, id: string, except: readonly string[]): Promise<void> {
    const gone = await tx.query<{ slug: string; identity: string }>(
      `SELECT t.slug, s.identity FROM mqtt_user_station m JOIN charging_station s USING (station_id) JOIN tenant t ON t.tenant_id = s.tenant_id
        WHERE m.mqtt_user_id = $1 AND s.transport = 'mqtt' AND m.station_id <> ALL ($2::uuid[])`,
      [id, except],
    );
    const body: Revocation = { disconnect: true };
    for (const { slug, identity } of gone) {
      tx.onCommit(() => this.o.bus.publish(StationPathSubject.revoke(slug, identity), JSON.stringify(body)));
    }
  }

  private async changed(tx: Tx, { tenantId, caller }: Asking, id: string, done: string): Promise<MqttUserRow> {
    const row = await this.find(tx, id);
    const tenant = await tenantSlug(tx, tenantId);
    const detail = { stations: row.station_ids.length };
    const entity = { type: 'mqtt-user', id, name: row.name };
    await this.o.audit.record(tx, { caller, tenantId, tenant, action: `mqtt-user.${done}`, entity, detail });
    tx.onCommit(() => this.o.accounts.changed());
    return row;
  }

  private passwordOf(row: MqttUserRow): string {
    return this.o.secrets.mqttPassword(row.mqtt_user_id, row.generation);
  }
}

async function naming<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    const constraint = uniqueViolation(error);
    if (constraint === 'mqtt_user_station_pkey') throw routingErrors.stationHasMqttUser();
    if (constraint !== undefined) throw routingErrors.mqttNameTaken();
    throw error;
  }
}
