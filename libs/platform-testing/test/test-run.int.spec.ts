import { describe, expect, it } from '@jest/globals';
import { createTestDatabase, eventually, isAlive, proveServer, testServers, TrackedProcess } from '../src/index.js';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';

describe('the test run', () => {
  it('shares one server, and only that one proves its identity', async () => {
    const [one, other] = await Promise.all([testServers(), testServers()]);
    expect(one).toEqual(other);
    await expect(proveServer(one.adminUrl, one.identity)).resolves.toBeUndefined();
    await expect(proveServer(one.adminUrl, 'ampline-other')).rejects.toMatchObject({ code: 'testing.postgres.wrong-server' });
  });

  it('gives every caller a database of its own and removes it while clients are connected', async () => {
    const [one, other] = await Promise.all([createTestDatabase(), createTestDatabase()]);
    expect(one.name).not.toBe(other.name);
    const client = new Client({ connectionString: one.adminUrl });
    client.on('error', () => undefined);
    await client.connect();
    const ended = new Promise((resolve) => client.once('end', resolve));
    await one.drop();
    await ended;
    await other.drop();
  });

  it('leaves nothing behind when the runner is killed', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'ampline-run-'));
    chmodSync(dir, 0o755);
    const report = join(dir, 'report.json');
    const script = `import { testNats, testServers } from '@ampline/platform-testing';
      import { renameSync, writeFileSync } from 'node:fs';
      await testServers();
      const nats = await testNats();
      writeFileSync('${report}.new', JSON.stringify({ nats: nats.pid }));
      renameSync('${report}.new', '${report}');
      setInterval(() => {}, 1_000);`;
    const runner = await TrackedProcess.spawn({
      command: process.execPath,
      args: ['--input-type=module', '-e', script],
      cwd: import.meta.dirname,
      // Its own folder for temporary files: a run that is not the one of this test file.
      env: { ...process.env, TMPDIR: dir },
      logFile: join(dir, 'log'),
    });
    await eventually(() => existsSync(report), { timeoutMs: 30_000 });
    const { nats } = JSON.parse(readFileSync(report, 'utf8')) as { nats: number };
    expect(isAlive(nats)).toBe(true);
    runner.kill('SIGKILL');
    await runner.wait();
    await eventually(() => !isAlive(nats) && !existsSync(join(dir, `ampline-tests-${runner.pid}`)), { timeoutMs: 20_000 });
    rmSync(dir, { recursive: true, force: true });
  });
});
