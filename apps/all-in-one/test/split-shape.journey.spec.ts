import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@ampline/platform-testing';
import { DataFolder } from '../src/data-folder.js';
import { services } from '../src/registry.js';
import { startSplit, type SplitInstallation } from '../src/split.js';

describe('every service alone', () => {
  let dir: string;
  let split: SplitInstallation;
  beforeAll(async () => {
    dir = mkdtempSync(join(tmpdir(), 'ampline-split-'));
    split = await startSplit({ definitions: services, dataDir: dir, env: {}, fsync: false });
    await Promise.all(split.processes.map((process) => process.stop()));
  }, 120_000);
  afterAll(async () => {
    await split.stop();
    await new DataFolder(dir).reset();
    rmSync(dir, { recursive: true, force: true });
  });

  it.each(services.map(({ name }) => name))(
    '%s becomes ready without the others, and stops in order',
    async (name) => {
      // A gateway that has never seen the realm's keys could let nobody in.
      const needed = name === 'api-gateway' ? ['identity', name] : [name];
      const processes = needed.flatMap((one) => split.of(one));
      for (const process of processes) await process.start();
      for (const process of processes) expect(await process.stop()).toBe(0);
    },
    60_000,
  );

  it.each(services.filter(({ database }) => database).map(({ name }) => name))(
    '%s refuses with one sentence when its database is away',
    async (name) => {
      const process = split.of(name)[0];
      await split.parts.postgres?.kill('SIGKILL');
      const before = readFileSync(process?.logFile ?? '', 'utf8').length;
      await process?.spawn();
      await eventually(() => process?.alive === false, { timeoutMs: 30_000 });
      const said = readFileSync(process?.logFile ?? '', 'utf8').slice(before);
      expect(said.split('\n').filter((line) => line.startsWith('ampline: '))).toEqual([
        expect.stringMatching(/database of this service cannot be reached.*AMPLINE_DATABASE_URL/),
      ]);
      expect(said).not.toMatch(/\n\s+at /);
      await split.parts.postgres?.restart();
    },
    60_000,
  );
});
