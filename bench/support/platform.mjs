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
    await inGroups(identities, (identity) => Promise.all([create(identity), accounts.putIdToken({ idToken: tokenOf(identity) }, as)]));
    const known = () => this.sql('SELECT 1 FROM csms.id_token WHERE tenant_id = $1', [tenantId]);
    await eventually(async () => (await known()).length === stations + 1, FURNISH_PATIENCE);
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
