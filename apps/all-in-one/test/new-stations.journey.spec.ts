import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OnboardingMode, RegistrationStatus, TemplateMode } from '@ampline/contracts';
import { eventually } from '@ampline/platform-testing';
import { startSimulation } from '@ampline/station-simulator';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { furnish, Platform, type Doors } from './support/platform.js';
import { RawStation, type RawStationOptions } from './support/raw-station.js';

const BOOT = { chargePointVendor: 'Maker', chargePointModel: 'M1', firmwareVersion: '1.2' };

describe('stations that nobody has entered', () => {
  let platform: Platform;
  let doors: Doors;
  let locationId: string;
  const open: { close(): Promise<void> }[] = [];

  beforeAll(async () => {
    platform = await Platform.start({
      shape: 'all',
      env: { OCPP_CSMS_SETTINGS_DELAY_MS: '0', OCPP_CSMS_CONFIGURATION_READ_DELAY_MS: '500' },
    });
    const { tenantId } = await furnish(platform, { stations: 0 });
    doors = platform.doors(['tenant-admin'], tenantId);
    const { locations } = await doors.stations.listLocations({});
    locationId = locations[0]?.locationId ?? '';
  });
  afterAll(async () => {
    await Promise.all(open.map((one) => one.close()));
    await platform.stop();
  });

  const policy = (mode: OnboardingMode) =>
    doors.onboarding.setOnboardingPolicy({ policy: { mode, locationId, maxPending: 10, maxPerHour: 100 } });

  async function connect(identity: string, o: Partial<RawStationOptions> = {}): Promise<RawStation> {
    const station = await RawStation.connect({ url: platform.ocppUrl(), identity, ...o });
    open.push(station);
    return station;
  }

  async function newToken(): Promise<string> {
    const expiresAt = timestampFromDate(new Date(Date.now() + 3_600_000));
    return (await doors.onboarding.createRegistrationToken({ name: 'Journey', locationId, expiresAt, maxUses: 5 })).token;
  }

  it('are refused, and seen', async () => {
    await expect(connect('KNOCK-1')).rejects.toMatchObject({ status: 404 });
    await eventually(async () => (await doors.onboarding.listUnknownStations({})).stations.some(({ identity }) => identity === 'KNOCK-1'));
  });

  it('wait, and charge once somebody accepts them', async () => {
    await policy(OnboardingMode.PENDING);
    const station = await connect('WAIT-1', { password: 'its-own-password-1' });
    expect(await station.ask('BootNotification', BOOT)).toMatchObject({ status: 'Pending' });
    const { stations } = await doors.stations.listStations({ registration: RegistrationStatus.PENDING });
    const stationId = stations[0]?.stationId ?? '';
    await doors.onboarding.acceptStation({ stationId, locationId, evses: [{ connectors: [{ type: 'cType2', maxPowerW: 22_000n }] }] });
    await eventually(() => station.commands.some(({ action }) => action === 'TriggerMessage'));
    expect(await station.ask('BootNotification', BOOT)).toMatchObject({ status: 'Accepted' });
    const begun = { connectorId: 1, idTag: 'DEMO-OK-1', meterStart: 0, timestamp: new Date().toISOString() };
    expect(await station.ask('StartTransaction', begun)).toMatchObject({ idTagInfo: { status: 'Accepted' } });
  });

  it('come in with a registration token in their URL, and then have a password of their own', async () => {
    await policy(OnboardingMode.TOKEN);
    const token = await newToken();
    await expect(connect('TOKEN-1')).rejects.toMatchObject({ status: 401 });
    const station = await connect('TOKEN-1', { url: `${platform.ocppUrl()}/${token}` });
    expect(await station.ask('BootNotification', BOOT)).toMatchObject({ status: 'Accepted' });
    const given = await eventually(() => station.commands.find(({ payload }) => payload['key'] === 'AuthorizationKey'));
    const password = String(given.payload['value']);
    await eventually(() => connect('TOKEN-1', { password }).catch(() => false));
    await expect(connect('TOKEN-1', { url: `${platform.ocppUrl()}/${token}` })).rejects.toMatchObject({ status: 401 });
  });

  it('are brought to a template, and back to it when somebody changes them on the spot', async () => {
    const content = {
      name: 'Quiet',
      rule: { vendor: 'Ampline' },
      priority: 10,
      mode: TemplateMode.ENFORCE,
      settings: [{ key: 'HeartbeatInterval', value: '120' }],
    };
    await doors.configuration.putConfigurationTemplate({ content });
    const simulation = startSimulation({
      url: platform.ocppUrl().replace(/\/demo$/, ''),
      seed: 1,
      idTokens: [],
      stations: [{ tenant: 'demo', identity: 'SIM-1', vendor: 'Ampline', model: 'S1', password: await newToken() }],
    });
    open.push({ close: () => simulation.stop() });
    const { stationId = '' } = await eventually(
      () =>
        doors.stations.getStation({ identity: 'SIM-1' }).then(
          ({ station }) => station,
          () => undefined,
        ),
      {
        timeoutMs: 15_000,
      },
    );
    const setting = async () => {
      const { settings } = await doors.configuration.getStationConfiguration({ stationId });
      return settings.find(({ key }) => key === 'HeartbeatInterval');
    };
    await eventually(async () => (await setting())?.value === '120', { timeoutMs: 20_000 });
    const firmware = simulation.stations.find(({ identity }) => identity === 'SIM-1')?.parts.configuration;
    firmware?.change('HeartbeatInterval', '30');
    await doors.configuration.readStationConfigurations({ stationIds: [stationId] });
    await eventually(() => firmware?.text('HeartbeatInterval') === '120', { timeoutMs: 15_000 });
    await eventually(async () => (await doors.configuration.listDriftedStations({})).total === 0, { timeoutMs: 15_000 });
    const { changes } = await doors.configuration.listSettingChanges({ stationId });
    expect(changes.filter(({ key }) => key === 'HeartbeatInterval').map(({ valueBefore, value }) => [valueBefore, value])).toEqual(
      expect.arrayContaining([
        ['120', '30'],
        ['30', '120'],
      ]),
    );
  });
});
