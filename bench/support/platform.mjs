// A platform of its own for a bench: every service in its own process on embedded parts, a tenant, stations, tokens.
import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AccountsService, SessionRecordService, StationService } from '@ampline/contracts';
import { grpcClient, TokenIssuer } from '@ampline/platform-grpc';
import { createTelemetry } from '@ampline/platform-telemetry';
import { eventually } from '@ampline/platform-testing';
import pg from 'pg';
import { services } from '../../apps/all-in-one/dist/registry.js';
import { startSplit } from '../../apps/all-in-one/dist/split.js';

export const TENANT = 'bench';
export const PASSWORD = 'ampline-bench-station';
/** May be used at many stations at once; beside it each station has one of its own, `tokenOf`. */
export const ID_TOKEN = 'BENCH-FLEET';

export const tokenOf = (identity) => `T-${identity}`;

/** Stations and tokens that are made through the API; what is beyond is copied in the database. */
const MOST_ASKED_FOR = 500;
const FIRST = `(SELECT * FROM csms.charging_station WHERE identity = $1) AS first, unnest($2::text[]) AS copy`;
const COPIES = [
  `INSERT INTO csms.charging_station (station_id, tenant_id, location_id, identity, password_hash, registration)
   SELECT gen_random_uuid(), first.tenant_id, first.location_id, copy, first.password_hash, first.registration FROM ${FIRST}`,
  `INSERT INTO csms.evse (evse_id, tenant_id, station_id, number)
   SELECT gen_random_uuid(), s.tenant_id, s.station_id, e.number FROM csms.charging_station s, csms.evse e
    JOIN csms.charging_station first ON first.station_id = e.station_id AND first.identity = $1 WHERE s.identity = ANY ($2)`,
  `INSERT INTO csms.connector (connector_id, tenant_id, evse_id, station_id, number, type, max_power_w)
   SELECT gen_random_uuid(), e.tenant_id, e.evse_id, e.station_id, 1, 'cType2', 22000 FROM csms.evse e
     JOIN csms.charging_station s USING (station_id) WHERE s.identity <> $1 AND s.identity = ANY ($2)`,
  `INSERT INTO csms.id_token (id_token_id, tenant_id, id_token, status, allow_concurrent, version)
   SELECT gen_random_uuid(), first.tenant_id, 'T-' || copy, 'active', false, 1 FROM ${FIRST}`,
];

const FURNISH_PATIENCE = { timeoutMs: 30_000 };
const CREATE_AT_ONCE = 8;
/** Exit code of a program that was interrupted. */
const INTERRUPTED = 130;

/** A platform that a bench may mistreat; `stop` removes everything it made. */
export class BenchPlatform {
  #clients = [];
  /** True once it is being stopped: nothing is started any more. */
  stopping = false;

  constructor(split, dir) {
    this.split = split;
    this.dir = dir;
    this.telemetry = createTelemetry({ service: 'bench', logLevel: 'error' });
  }

  /**
   * @param {{ replicas?: Record<string, number>, env?: Record<string, string> }} o the database is written through to disk, as in
   *   production
   */
  static async start({ replicas = {}, env = {} } = {}) {
    const dir = mkdtempSync(join(tmpdir(), 'ampline-bench-'));
    const { PATH, HOME } = process.env;
    const interruption = onInterruption();
    try {
      const split = await startSplit({
        definitions: services,
        dataDir: dir,
        replicas,
        env: { PATH, HOME, AMPLINE_LOG_LEVEL: 'warn', ...env },
      });
      const platform = new BenchPlatform(split, dir);
      // Its processes would outlive this one: a Ctrl-C does not reach them.
      void interruption.then(() => platform.stop()).finally(() => process.exit(INTERRUPTED));
      return platform;
    } catch (error) {
      removeFolder(dir);
      throw error;
    }
  }

  get ocppUrls() {
    return this.split.of('ocpp-gateway').map(({ ocppUrl }) => ocppUrl);
  }

  client(service, name) {
    const issuer = new TokenIssuer(this.split.secret);
    const token = () => issuer.issue({ subject: 'bench', roles: ['platform-admin', 'service'] });
    const client = grpcClient(service, { url: this.split.grpc[name] ?? '', telemetry: this.telemetry, token });
    this.#clients.push(client);
    return client;
  }

  get sessions() {
    return this.client(SessionRecordService, 'session-export');
  }

  /** Rows of a query that only looks. */
  async sql(text, params = []) {
    const client = new pg.Client({ connectionString: this.split.parts.env.AMPLINE_DATABASE_ADMIN_URL });
    await client.connect();
    try {
      return (await client.query(text, params)).rows;
    } finally {
      await client.end();
    }
  }

  /** Makes a tenant with a token and so many stations. @returns their identities and the tenant's id */
  async furnish({ stations, evses = 2 }) {
    const accounts = this.client(AccountsService, 'accounts');
    const places = this.client(StationService, 'ocpp-csms');
    const { tenant } = await accounts.createTenant({ slug: TENANT, name: 'Bench' });
    const tenantId = tenant.tenantId;
    const as = { tenantId };
    await accounts.putIdToken({ idToken: ID_TOKEN, allowConcurrent: true }, as);
    const { site } = await eventually(() => places.createSite({ name: 'Bench', timeZone: 'Europe/Berlin' }, as), FURNISH_PATIENCE);
    const address = { address: 'Street 1', postalCode: '10115', city: 'Berlin', countryCode: 'DEU', latitude: '52.5', longitude: '13.4' };
    const { location } = await places.createLocation({ siteId: site.siteId, name: 'Bench', ...address }, as);
    const identities = Array.from({ length: stations }, (_, i) => `BENCH-${String(i + 1).padStart(4, '0')}`);
    const connectors = [{ type: 'cType2', maxPowerW: 22_000n }];
    const create = (identity) =>
      places.createStation(
        { locationId: location.locationId, identity, password: PASSWORD, evses: Array.from({ length: evses }, () => ({ connectors })) },
        as,
      );
    const [asked, copied] = [identities.slice(0, MOST_ASKED_FOR), identities.slice(MOST_ASKED_FOR)];
    await inGroups(asked, (identity) => Promise.all([create(identity), accounts.putIdToken({ idToken: tokenOf(identity) }, as)]));
    const known = () => this.sql('SELECT 1 FROM csms.id_token WHERE tenant_id = $1', [tenantId]);
    await eventually(async () => (await known()).length === asked.length + 1, FURNISH_PATIENCE);
    if (copied.length > 0) for (const copy of COPIES) await this.sql(copy, [asked[0], copied]);
    return { tenantId, identities };
  }

  /** @param {{ keepFolder?: boolean }} o leave logs and data where they are */
  async stop({ keepFolder = false } = {}) {
    if (this.stopping) return;
    this.stopping = true;
    for (const client of this.#clients) client.close();
    await this.split.stop();
    await this.telemetry.shutdown();
    if (!keepFolder) removeFolder(this.dir);
  }
}

/** Settles when somebody wants the bench to end. */
function onInterruption() {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, resolve);
  });
}

async function inGroups(items, work) {
  for (let i = 0; i < items.length; i += CREATE_AT_ONCE) await Promise.all(items.slice(i, i + CREATE_AT_ONCE).map(work));
}

/** The database lies elsewhere, behind a link, where its user could not have reached the folder. */
function removeFolder(dir) {
  const database = join(dir, 'postgres');
  for (const path of [...(existsSync(database) ? [realpathSync(database)] : []), dir]) rmSync(path, { recursive: true, force: true });
}
