import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { assertPortFree, EmbeddedPostgres, eventually, isAlive, TrackedProcess } from '../src/index.js';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';

async function query<T>(url: string, sql: string): Promise<T[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows as T[];
  } finally {
    await client.end();
  }
}

/** Starts a server in another process and leaves it behind as a killed launcher would. */
async function orphanIn(dir: string): Promise<number> {
  const script = `import { EmbeddedPostgres } from '@ampline/platform-testing';
    const server = await EmbeddedPostgres.start({ dir: ${JSON.stringify(dir)}, fsync: false });
    setInterval(() => {}, 1_000);`;
  const launcher = await TrackedProcess.spawn({
    command: process.execPath,
    args: ['--input-type=module', '-e', script],
    cwd: import.meta.dirname,
    logFile: join(dir, 'launcher.log'),
  });
  const pidFile = join(dir, 'data', 'postmaster.pid');
  await eventually(() => existsSync(pidFile) && readFileSync(pidFile, 'utf8').includes('ready'), { timeoutMs: 30_000 });
  launcher.kill('SIGKILL');
  await launcher.wait();
  return Number(readFileSync(pidFile, 'utf8').split('\n')[0]);
}

describe('EmbeddedPostgres', () => {
  let dir: string;
  let server: EmbeddedPostgres;

  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'ampline-embedded-'));
    // A folder that only its owner may enter, as /root is: the server must find a way.
    chmodSync(dir, 0o700);
    server = await EmbeddedPostgres.start({ dir: join(dir, 'pg'), persistent: false, fsync: false });
    await query(server.adminUrl, 'CREATE TABLE kept (n int)');
  });

  afterAll(async () => {
    await server.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  it('listens on loopback, in UTF-8 and UTC, with a password', async () => {
    const [row] = await query<Record<string, string>>(
      server.adminUrl,
      `SELECT current_setting('server_encoding') AS encoding, current_setting('timezone') AS zone, current_setting('listen_addresses') AS host`,
    );
    expect(row).toEqual({ encoding: 'UTF8', zone: 'UTC', host: '127.0.0.1' });
    const wrong = new URL(server.adminUrl);
    wrong.password = 'wrong';
    await expect(query(wrong.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
  });

  it('keeps its port and its rows through a kill of all its processes', async () => {
    const { port, pid } = server;
    await query(server.adminUrl, 'INSERT INTO kept VALUES (1)');
    await server.kill('SIGKILL');
    expect(isAlive(pid)).toBe(false);
    await server.restart();
    expect(server.port).toBe(port);
    expect(server.pid).not.toBe(pid);
    await expect(query(server.adminUrl, 'SELECT n FROM kept')).resolves.toEqual([{ n: 1 }]);
  });

  it('freezes and thaws as a whole', async () => {
    const connected = new Client({ connectionString: server.adminUrl, query_timeout: 300 });
    connected.on('error', () => undefined);
    await connected.connect();
    await server.kill('SIGSTOP');
    const late = new Client({ connectionString: server.adminUrl, connectionTimeoutMillis: 300 });
    late.on('error', () => undefined);
    await expect(connected.query('SELECT 1')).rejects.toThrow();
    await expect(late.connect()).rejects.toThrow();
    await server.kill('SIGCONT');
    await expect(query(server.adminUrl, 'SELECT 1 AS one')).resolves.toEqual([{ one: 1 }]);
    await connected.end();
  });

  it('refuses a folder that another living process owns', async () => {
    const other = await TrackedProcess.spawn({ command: process.execPath, args: ['-e', 'setInterval(() => {}, 1000)'] });
    const taken = mkdtempSync(join(tmpdir(), 'ampline-taken-'));
    const stat = readFileSync(`/proc/${other.pid}/stat`, 'utf8');
    const startMark = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    writeFileSync(join(taken, 'owner.json'), JSON.stringify({ pid: other.pid, startMark }));
    await expect(EmbeddedPostgres.start({ dir: taken })).rejects.toMatchObject({
      code: 'testing.directory.in-use',
      details: { pid: other.pid },
    });
    await other.stop();
    rmSync(taken, { recursive: true, force: true });
  });

  it('refuses a fixed port that is taken', async () => {
    const squatter = createServer().listen(0, '127.0.0.1');
    await once(squatter, 'listening');
    const { port } = squatter.address() as AddressInfo;
    await expect(assertPortFree(port)).rejects.toMatchObject({ code: 'testing.port.busy', details: { port } });
    squatter.close();
  });

  it('says when the server ends by itself', async () => {
    process.kill(server.pid, 'SIGQUIT');
    await expect(server.crashed).resolves.toBeDefined();
    await server.restart();
    await expect(query(server.adminUrl, 'SELECT n FROM kept')).resolves.toEqual([{ n: 1 }]);
  });
});

describe('EmbeddedPostgres after a launcher that was killed', () => {
  it('stops the orphan and serves the same data', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'ampline-orphan-'));
    const orphan = await orphanIn(dir);
    expect(isAlive(orphan)).toBe(true);
    const server = await EmbeddedPostgres.start({ dir, fsync: false });
    expect(isAlive(orphan)).toBe(false);
    await expect(query(server.adminUrl, 'SELECT 1 AS one')).resolves.toEqual([{ one: 1 }]);
    await server.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  it('is not misled by a postmaster.pid whose pid now belongs to another program', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'ampline-stale-'));
    const first = await EmbeddedPostgres.start({ dir, fsync: false });
    await first.kill('SIGKILL');
    const pidFile = join(dir, 'data', 'postmaster.pid');
    const lines = readFileSync(pidFile, 'utf8').split('\n');
    lines[0] = String(process.pid);
    writeFileSync(pidFile, lines.join('\n'));
    const second = await EmbeddedPostgres.start({ dir, fsync: false });
    await expect(query(second.adminUrl, 'SELECT 1 AS one')).resolves.toEqual([{ one: 1 }]);
    await second.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  it('does not open data of another major version', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'ampline-version-'));
    const first = await EmbeddedPostgres.start({ dir, fsync: false });
    await first.stop();
    writeFileSync(join(dir, 'data', 'PG_VERSION'), '9\n');
    await expect(EmbeddedPostgres.start({ dir })).rejects.toMatchObject({ code: 'testing.postgres.version-mismatch' });
    rmSync(dir, { recursive: true, force: true });
  });
});
