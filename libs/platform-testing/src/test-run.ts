import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { EmbeddedNats, type EmbeddedNatsOptions } from './embedded-nats.js';
import { EmbeddedPostgres, type EmbeddedPostgresOptions } from './embedded-postgres.js';
import { postgresErrors } from './errors.js';
import { eventually } from './eventually.js';
import { TrackedProcess } from './tracked-process.js';

/** The PostgreSQL server that all test files of one run share. */
export interface TestServers {
  /** Superuser, database `postgres`. */
  adminUrl: string;
  /** What `proveServer` compares. */
  identity: string;
}

export interface TestDatabase {
  name: string;
  /** Superuser, connected to this database. */
  adminUrl: string;
  /** The same server and database for another user. */
  urlFor(user: string, password: string): string;
  /** Ends its connections and removes it. */
  drop(): Promise<void>;
}

const START_CLAIM = 'postgres.claim';
const GUARD_CLAIM = 'guard.claim';
const TEST_SETTINGS = { max_connections: '300', shared_buffers: '64MB', log_min_messages: 'fatal', log_min_error_statement: 'fatal' };

/**
 * The run's shared PostgreSQL, started by whoever asks first. Everything of a run lives in one folder that belongs to
 * the test runner's process; a guard stops the servers and removes the folder when that process is gone, however it went.
 */
export async function testServers(): Promise<TestServers> {
  const run = await openRun();
  const file = join(run, 'servers.json');
  if (!existsSync(file) && claim(join(run, START_CLAIM))) {
    await startShared(run, file);
  }
  return eventually(() => existsSync(file) && (JSON.parse(readFileSync(file, 'utf8')) as TestServers), { timeoutMs: 60_000 });
}

async function startShared(run: string, file: string): Promise<void> {
  try {
    const { adminUrl, identity } = await EmbeddedPostgres.start({ dir: join(run, 'postgres'), fsync: false, settings: TEST_SETTINGS });
    writeWhole(file, { adminUrl, identity } satisfies TestServers);
  } catch (e) {
    rmSync(join(run, START_CLAIM), { force: true });
    throw e;
  }
}

/** Throws `testing.postgres.wrong-server` unless the server at `url` was started with this identity. */
export async function proveServer(url: string, identity: string): Promise<void> {
  await withClient(url, async (client) => {
    const { rows } = await client.query<{ cluster_name: string }>('SHOW cluster_name');
    if (rows[0]?.cluster_name !== identity) throw postgresErrors.wrongServer({ server: new URL(url).host });
  });
}

/** An empty database with a random name on the run's own server, after that server has proved to be it. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const { adminUrl, identity } = await testServers();
  await proveServer(adminUrl, identity);
  const name = `test_${randomBytes(8).toString('hex')}`;
  await withClient(adminUrl, (client) => client.query(`CREATE DATABASE ${name}`));
  const urlFor = (user: string, password: string): string => {
    const url = new URL(adminUrl);
    url.pathname = `/${name}`;
    url.username = user;
    url.password = password;
    return url.href;
  };
  const admin = new URL(adminUrl);
  return {
    name,
    adminUrl: urlFor(admin.username, admin.password),
    urlFor,
    drop: async () => {
      await withClient(adminUrl, (client) => client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
    },
  };
}

/** A nats-server for one test file, its to kill, freeze and empty. Call `stop` at the end. */
export async function testNats(options: Omit<EmbeddedNatsOptions, 'dir'> = {}): Promise<EmbeddedNats> {
  return EmbeddedNats.start({ ...options, dir: mkdtempSync(join(await openRun(), 'nats-')) });
}

/** A PostgreSQL server for one test file that kills or freezes it. Call `stop` at the end. */
export async function testPostgres(options: Omit<EmbeddedPostgresOptions, 'dir'> = {}): Promise<EmbeddedPostgres> {
  const dir = mkdtempSync(join(await openRun(), 'postgres-'));
  return EmbeddedPostgres.start({ fsync: false, settings: TEST_SETTINGS, persistent: false, ...options, dir });
}

/** jest/global-setup.mjs names the folder by the runner's pid: we are that process or its child. Otherwise the run is this process. */
async function openRun(): Promise<string> {
  const shared = [process.pid, process.ppid].map(runFolder).find((folder) => existsSync(folder));
  const run = shared ?? runFolder(process.pid);
  mkdirSync(run, { recursive: true });
  chmodSync(run, 0o755);
  if (claim(join(run, GUARD_CLAIM))) {
    const owner = shared === runFolder(process.ppid) ? process.ppid : process.pid;
    await TrackedProcess.spawn({
      command: process.execPath,
      args: [fileURLToPath(new URL('../dist/test-run-guard.js', import.meta.url)), run, String(owner)],
    });
  }
  return run;
}

function runFolder(pid: number): string {
  return join(tmpdir(), `ampline-tests-${pid}`);
}

/** True for exactly one caller among all processes. */
function claim(file: string): boolean {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (e) {
    if ((e as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw e;
  }
}

function writeWhole(file: string, content: object): void {
  writeFileSync(`${file}.new`, JSON.stringify(content));
  renameSync(`${file}.new`, file);
}

async function withClient<T>(url: string, use: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
