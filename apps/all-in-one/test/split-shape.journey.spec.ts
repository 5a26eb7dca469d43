import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@ampline/platform-testing';
import { SessionStatus } from '@ampline/contracts';
import { services } from '../src/registry.js';
import { startSplit, type SplitInstallation } from '../src/split.js';
import { furnish, PASSWORD, Platform } from './support/platform.js';
import { RawStation } from './support/raw-station.js';

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
    rmSync(dir, { recursive: true, force: true });
  });

  it.each(services.map(({ name }) => name))(
    '%s becomes ready without the others, and stops in order',
    async (name) => {
      const process = split.of(name)[0];
      await process?.start();
      expect(await process?.stop()).toBe(0);
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

describe('all services in processes of their own', () => {
  let platform: Platform;
  beforeAll(async () => {
    platform = await Platform.start({ shape: 'split' });
  }, 120_000);
  afterAll(() => platform.stop(), 60_000);

  it('carry a session from the socket to the record', async () => {
    const site = await furnish(platform, { stations: 1 });
    const station = await RawStation.connect({ url: platform.ocppUrl(), identity: 'ST-1', password: PASSWORD });
    await station.ask('BootNotification', { chargePointVendor: 'V', chargePointModel: 'M' });
    const { transactionId } = await station.ask('StartTransaction', {
      connectorId: 1,
      idTag: 'DEMO-OK-1',
      meterStart: 100,
      timestamp: new Date().toISOString(),
    });
    await station.ask('StopTransaction', { transactionId, meterStop: 350, timestamp: new Date().toISOString() });
    await eventually(async () => {
      const { records } = await platform
        .doors()
        .sessions.listSessions({ filter: { status: SessionStatus.COMPLETED } }, { tenantId: site.tenantId });
      return records.length === 1 && records[0]?.session?.energyWh === 250n;
    });
    await station.close();
  });
});
