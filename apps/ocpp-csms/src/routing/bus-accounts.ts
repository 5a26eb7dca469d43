import { renameSync, writeFileSync } from 'node:fs';
import { AppError } from '@ampline/kernel-errors';
import type { TimerHandle, Timers } from '@ampline/kernel-time';
import type { Database } from '@ampline/platform-postgres';
import { outsideAccounts } from '@ampline/platform-runner';
import type { Telemetry } from '@ampline/platform-telemetry';
import { backEndUsername, mqttUsername, type OutsideSecrets } from './outside-secrets.js';

const LOOK_EVERY_MS = 5_000;

const MQTT_USERS = `
  SELECT u.mqtt_user_id AS id, u.generation, u.name, t.slug AS tenant,
         coalesce(jsonb_agg(jsonb_build_object('tenant', t.slug, 'identity', s.identity, 'unique', NOT EXISTS (
           SELECT 1 FROM charging_station o WHERE o.identity_key = s.identity_key AND o.tenant_id <> s.tenant_id
         )) ORDER BY s.identity) FILTER (WHERE s.station_id IS NOT NULL), '[]') AS stations
    FROM mqtt_user u JOIN tenant t ON t.tenant_id = u.tenant_id
    LEFT JOIN mqtt_user_station m USING (mqtt_user_id) LEFT JOIN charging_station s ON s.station_id = m.station_id
   WHERE t.status = 'active' GROUP BY u.mqtt_user_id, u.generation, u.name, t.slug ORDER BY u.mqtt_user_id`;
const BACK_ENDS = `
  SELECT b.back_end_id AS id, b.generation, b.name, t.slug AS tenant FROM back_end b JOIN tenant t USING (tenant_id)
   WHERE b.kind = 'nats' AND t.status = 'active' ORDER BY b.back_end_id`;

interface UserRow {
  id: string;
  generation: number;
  name: string;
  tenant: string;
}

/**
 * Keeps the file with the accounts of MQTT users and foreign back ends that nats-server includes: written when it changes, replaced as a
 * whole. Whoever runs the server has it read the file again (docs/protocols/mqtt.md). Every replica that is given a file writes its own.
 */
export class BusAccounts {
  private timer: TimerHandle | undefined;
  private working: Promise<void> = Promise.resolve();
  private written = '';

  constructor(
    private readonly o: { file: string | undefined; topics: readonly string[]; db: Database; secrets: OutsideSecrets; timers: Timers },
    private readonly telemetry: Telemetry,
  ) {}

  start(): void {
    if (this.o.file !== undefined) this.changed();
  }

  async stop(): Promise<void> {
    if (this.timer) this.o.timers.clear(this.timer);
    this.timer = undefined;
    await this.working;
  }

  /** Somebody was added, changed or removed: written at once. */
  changed(): void {
    const { file, timers } = this.o;
    if (file === undefined) return;
    if (this.timer) timers.clear(this.timer);
    this.timer = timers.setTimeout(() => this.changed(), LOOK_EVERY_MS);
    this.working = this.working.then(() => this.write(file));
  }

  private async write(file: string): Promise<void> {
    try {
      const text = await this.render();
      if (text === this.written) return;
      writeFileSync(`${file}.new`, text, { mode: 0o600, flush: true });
      renameSync(`${file}.new`, file);
      this.written = text;
      this.telemetry.logger.info('bus-accounts.written', { file });
    } catch (error) {
      // The database is away, or the disk is full: the next look tries again.
      this.telemetry.logger.error('bus-accounts.not-written', { file }, AppError.is(error) ? (error.cause ?? error) : error);
    }
  }

  private async render(): Promise<string> {
    const { db, secrets, topics } = this.o;
    const mqtt = await db.query<UserRow & { stations: { tenant: string; identity: string; unique: boolean }[] }>(MQTT_USERS);
    const backEnds = await db.query<UserRow>(BACK_ENDS);
    return outsideAccounts(
      topics,
      mqtt.map(({ id, generation, name, tenant, stations }) => ({
        user: mqttUsername(tenant, name),
        password: secrets.mqttPassword(id, generation),
        stations,
      })),
      backEnds.map(({ id, generation, name, tenant }) => ({
        user: backEndUsername(tenant, name),
        password: secrets.backEndSecret(id, generation),
        ...{ tenant, name },
      })),
    );
  }
}
