import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@ampline/platform-testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { simulate, type Terminal } from '../src/command-line.js';
import type { Ledger } from '../src/index.js';
import { StrictCentralSystem } from './support/strict-central-system.js';

let centralSystem: StrictCentralSystem;
let dir: string;
beforeEach(async () => {
  centralSystem = await StrictCentralSystem.start();
  dir = mkdtempSync(join(tmpdir(), 'ampline-simulate-'));
});
afterEach(async () => {
  await centralSystem.stop();
  rmSync(dir, { recursive: true, force: true });
});

function terminal(interrupted: Promise<void>): Terminal & { lines: string[] } {
  const lines: string[] = [];
  return { lines, interrupted, print: (line) => void lines.push(line), progress: () => undefined };
}

const never = new Promise<void>(() => undefined);

describe('simulate', () => {
  it('lets stations charge for a while, ends them in good order, and tells what they know', async () => {
    const file = join(dir, 'ledger.json');
    const told = terminal(never);
    const args = [
      '--url',
      centralSystem.url,
      '--tenant',
      'demo',
      '--stations',
      '3',
      '--prefix',
      'CLI-',
      '--first',
      '7',
      '--password',
      'secret',
    ];
    const pace = ['--idle', '0s-100ms', '--charging', '200ms-400ms', '--duration', '1500ms', '--ledger', file];
    expect(await simulate([...args, ...pace], told)).toBe(0);
    expect(new Set(centralSystem.upgrades.map(({ path }) => path))).toEqual(
      new Set(['/ocpp/demo/CLI-007', '/ocpp/demo/CLI-008', '/ocpp/demo/CLI-009']),
    );
    const { transactions } = JSON.parse(readFileSync(file, 'utf8')) as Ledger;
    expect(transactions.length).toBeGreaterThan(0);
    expect(centralSystem.of('StopTransaction')).toHaveLength(transactions.length);
    expect(told.lines.join('\n')).toMatch(/stations online +3\/3/);
    expect(centralSystem.violations).toEqual([]);
  });

  it('takes what stations are like from its options', async () => {
    const told = terminal(eventually(() => centralSystem.of('BootNotification').length === 1).then(() => undefined));
    const like = [
      '--vendor',
      'Acme',
      '--model',
      'Wallbox',
      '--firmware-version',
      '3.2.1',
      '--config',
      'SupportedFeatureProfiles=Core',
      '--idle',
      '1h-2h',
    ];
    expect(await simulate(['--url', centralSystem.url, ...like], told)).toBe(0);
    expect(centralSystem.of('BootNotification')[0]?.payload).toMatchObject({
      chargePointVendor: 'Acme',
      chargePointModel: 'Wallbox',
      firmwareVersion: '3.2.1',
    });
  });

  it('says so when no station gets in', async () => {
    const nobody = await StrictCentralSystem.start();
    const { url } = nobody;
    await nobody.stop();
    const told = terminal(Promise.resolve());
    expect(await simulate(['--url', url], told)).toBe(1);
    expect(told.lines.join('\n')).toMatch(/No station is online/);
  });
});
