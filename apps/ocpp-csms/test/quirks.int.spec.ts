import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { QuirkOverride, type StationState } from '@ampline/contracts';
import { uuidv7 } from '@ampline/kernel-ids';
import { eventually } from '@ampline/platform-testing';
import { codeOf, RunningCsms, type TestTenant } from './support/running-csms.js';

let csms: RunningCsms;
let tenant: TestTenant;
let other: TestTenant;
let station: StationState;
let theirs: StationState;

beforeAll(async () => {
  csms = await RunningCsms.start();
  tenant = await csms.tenant('demo');
  other = await csms.tenant('other');
  station = await csms.station(tenant, 'THOR-1');
  theirs = await csms.station(other, 'THOR-1');
  // As a boot under another version of the catalogue has left them.
  await csms.admin.query(`UPDATE charging_station SET vendor = 'Growatt', model = 'THOR_11AS'`);
});
afterAll(() => csms.stop());

const quirks = (at: TestTenant = tenant) => csms.as('operator', at.tenantId).quirks;
const ofStation = async (name: string) =>
  (await quirks().getStationQuirks({ stationId: station.stationId })).quirks.find((quirk) => quirk.name === name);
const override = (quirk: string, decided: QuirkOverride, stationId = station.stationId) =>
  quirks().overrideStationQuirk({ stationId, quirk, override: decided });
const told = async () => ((await csms.facts(station.stationId)).at(-1)?.payload['quirks'] ?? []) as string[];

describe('vendor quirks', () => {
  it('are restated at the start of a version with another catalogue', async () => {
    await csms.startReplica();
    expect(await eventually(async () => ((await told()).length > 0 ? told() : undefined))).toEqual(['timestamps_in_site_zone']);
  });

  it('are listed with the stations that the catalogue speaks of', async () => {
    const { quirks: all, entries } = await quirks().listQuirks({});
    expect(all.find(({ name }) => name === 'timestamps_in_site_zone')).toMatchObject({ stationCount: 1 });
    const entry = entries.find(({ vendor }) => vendor === 'Growatt');
    expect(entry).toMatchObject({ model: 'THOR*', stationCount: 1, stationIds: [station.stationId] });
    expect(entry?.sources.length).toBeGreaterThan(0);
  });

  it('are switched off, on, and left to the catalogue again; who did so is recorded', async () => {
    const { OFF, ON, NONE } = QuirkOverride;
    await override('timestamps_in_site_zone', OFF);
    expect(await told()).toEqual([]);
    expect(await ofStation('timestamps_in_site_zone')).toMatchObject({ inForce: false, inCatalogue: true, override: OFF });
    await override('timestamps_in_site_zone', NONE);
    await override('no_subprotocol', ON);
    expect(await told()).toEqual(['no_subprotocol', 'timestamps_in_site_zone']);
    expect(await ofStation('no_subprotocol')).toMatchObject({ inForce: true, inCatalogue: false, override: ON });
    const { rows } = await csms.admin.query(
      `SELECT payload::jsonb -> 'detail' AS detail FROM outbox
        WHERE payload::jsonb ->> 'action' = 'charging-station.quirk-overridden' ORDER BY created_at, id`,
    );
    expect(rows).toHaveLength(3);
  });

  it('changes nothing and tells nothing when it says what is so already', async () => {
    const before = (await csms.facts(station.stationId)).length;
    await override('timestamps_in_site_zone', QuirkOverride.ON);
    await override('timestamps_in_site_zone', QuirkOverride.NONE);
    expect(await csms.facts(station.stationId)).toHaveLength(before);
  });

  it('of connector 0 are refused for a station with several connectors', async () => {
    const large = await csms.station(tenant, 'LARGE', { evses: 2 });
    expect(await codeOf(override('connector_zero_means_one', QuirkOverride.ON, large.stationId))).toBe('csms.quirks.several-connectors');
    expect(await codeOf(override('connector_zero_means_one', QuirkOverride.ON))).toBe('answered');
  });

  it.each<[string, string, QuirkOverride, string]>([
    ['a name that is none', 'no_manners', QuirkOverride.ON, 'csms.invalid-field'],
    ['no decision', 'no_subprotocol', QuirkOverride.UNSPECIFIED, 'csms.invalid-field'],
  ])('refuse %s', async (_, quirk, decided, code) => {
    expect(await codeOf(override(quirk, decided))).toBe(code);
  });

  it('of other tenants and of no station are out of reach', async () => {
    for (const stationId of [theirs.stationId, uuidv7()]) {
      expect(await codeOf(override('no_subprotocol', QuirkOverride.ON, stationId))).toBe('csms.station-unknown');
      expect(await codeOf(quirks().getStationQuirks({ stationId }))).toBe('csms.station-unknown');
    }
    const support = csms.as('support', tenant.tenantId).quirks;
    const wanted = { stationId: station.stationId, quirk: 'no_subprotocol', override: QuirkOverride.OFF };
    expect(await codeOf(support.overrideStationQuirk(wanted))).not.toBe('answered');
  });
});
