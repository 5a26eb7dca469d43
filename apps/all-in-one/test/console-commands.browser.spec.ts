import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { ConsoleBrowser, type Tab } from './support/browser.js';
import { connectDemoStation, DEMO_USERS, furnishDemo, USER_PASSWORD, type DemoStation } from './support/demo.js';
import { Platform } from './support/platform.js';

const IDENTITIES = ['EXT-001', 'EXT-002', 'EXT-003'];

describe('commands in the console', () => {
  let platform: Platform;
  let browser: ConsoleBrowser;
  let stations: DemoStation[];
  const tabs: Tab[] = [];

  const open = async (path: string): Promise<Page> => {
    const tab = await browser.as(DEMO_USERS.operator, USER_PASSWORD, { path });
    tabs.push(tab);
    return tab.page;
  };
  const sent = (action: string) => stations.flatMap(({ raw }) => raw.commands).filter((command) => command.action === action);

  beforeAll(async () => {
    platform = await Platform.start({ shape: 'all' });
    await furnishDemo(platform);
    browser = await ConsoleBrowser.launch(platform);
    stations = await Promise.all(IDENTITIES.map((identity) => connectDemoStation(platform, identity)));
  }, 180_000);
  afterEach(async () => {
    for (const tab of tabs.splice(0)) await tab.close();
  });
  afterAll(async () => {
    await Promise.all(stations.map((station) => station.close()));
    await browser.close();
    await platform.stop();
  });

  it('sends a charging profile as it was filled in, and shows at the fields what the platform does not take', async () => {
    const [row] = await platform.sql<{ station_id: string }>(`SELECT station_id FROM csms.charging_station WHERE identity = 'EXT-001'`);
    const page = await open(`/stations/${row?.station_id}?tab=commands`);
    await page.getByRole('button', { name: 'Any OCPP call' }).click();
    const dialog = page.getByRole('dialog', { name: 'Send an OCPP call to EXT-001' });
    await choose(page, 'Command', 'SetChargingProfile');
    for (const [name, value] of [
      ['connectorId', '1'],
      ['chargingProfileId', '7'],
      ['stackLevel', '0'],
    ] as const) {
      await dialog.getByRole('textbox', { name }).fill(value);
    }
    await choose(page, 'chargingProfilePurpose', 'TxDefaultProfile');
    await choose(page, 'chargingProfileKind', 'Absolute');
    await choose(page, 'chargingRateUnit', 'A');
    await dialog.getByRole('textbox', { name: 'startPeriod' }).fill('0');
    await dialog.getByRole('button', { name: 'Send', exact: true }).click();
    await dialog.getByText('Has to be filled in.').waitFor();
    await dialog.getByRole('textbox', { name: 'limit' }).fill('16.1');
    await dialog.getByRole('button', { name: 'Send', exact: true }).click();
    await dialog.getByText('must be there in a profile that is Absolute', { exact: true }).waitFor();
    expect(sent('SetChargingProfile')).toEqual([]);
    await choose(page, 'chargingProfileKind', 'Relative');
    await dialog.getByRole('button', { name: 'Send', exact: true }).click();
    await dialog.getByText('EXT-001 has accepted it.').waitFor();
    expect(sent('SetChargingProfile').map(({ payload }) => payload)).toEqual([
      {
        connectorId: 1,
        csChargingProfiles: {
          chargingProfileId: 7,
          stackLevel: 0,
          chargingProfilePurpose: 'TxDefaultProfile',
          chargingProfileKind: 'Relative',
          chargingSchedule: { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 16.1 }] },
        },
      },
    ]);
  });

  it('restarts three stations, having said first which', async () => {
    const page = await open('/stations?search=EXT&online=true');
    await page.getByRole('link', { name: 'Command to these stations' }).click();
    await page.getByRole('heading', { level: 1, name: 'New command run' }).waitFor();
    await choose(page, 'Command', 'Reset');
    await choose(page, 'type', 'Soft');
    await page.getByRole('button', { name: 'Show what would happen' }).click();
    await page.getByText('3 stations are selected: 3 get the command at once, 0 when they connect.').waitFor();
    expect(sent('Reset')).toEqual([]);
    await page.getByRole('button', { name: 'Send to 3 stations' }).click();
    await page.getByRole('heading', { level: 1, name: 'Reset' }).waitFor();
    for (const identity of IDENTITIES) await page.getByRole('row', { name: new RegExp(`^${identity} Accepted`) }).waitFor();
    await page.getByText('3 of 3 stations have had their turn').waitFor();
    expect(sent('Reset').map(({ payload }) => payload)).toEqual(Array(3).fill({ type: 'Soft' }));
    await page.getByRole('navigation').getByRole('link', { name: 'Commands' }).first().click();
    await page.getByRole('row', { name: /^Reset Finished 3 of 3 Oskar Operator/ }).waitFor();
  });
});

/** Chooses one of the options of a field. */
async function choose(page: Page, label: string, option: string): Promise<void> {
  await page.getByRole('combobox', { name: new RegExp(`^${label}( |$)`) }).click();
  await page.getByRole('option', { name: option, exact: true }).click();
}
