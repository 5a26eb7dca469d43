import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { ConfigurationService, TemplateMode, type StationSetting, type StationState } from '@ampline/contracts';
import type { Client } from '@ampline/platform-grpc';
import { eventually } from '@ampline/platform-testing';
import { ConfiguredStation, type StationSettingsOf } from './support/configured-station.js';
import { FakeSocket } from './support/fake-gateway.js';
import { codeOf, RunningCsms, type TestTenant } from './support/running-csms.js';
import { StationOnTheWire } from './support/station-on-the-wire.js';

let csms: RunningCsms;
let demo: TestTenant;
let other: TestTenant;
let door: Client<typeof ConfigurationService>;
let fleet: Record<(typeof FLEET)[number], Online>;

beforeAll(async () => {
  csms = await RunningCsms.start(
    {
      OCPP_CSMS_SETTINGS_DELAY_MS: '0',
      OCPP_CSMS_CONFIGURATION_READ_DELAY_MS: '500',
    },
    2,
  );
  demo = await csms.tenant('demo');
  other = await csms.tenant('other');
  door = csms.as('operator', demo.tenantId).configuration;
  // All at once: what a station is asked after its boot takes a few seconds.
  const stations = await Promise.all(
    FLEET.map((identity) => {
      const [settings, peculiarities] = SPECIAL[identity] ?? [];
      return online(identity, settings, peculiarities);
    }),
  );
  await Promise.all(stations.map(isRead));
  fleet = Object.fromEntries(FLEET.map((identity, i) => [identity, stations[i]])) as typeof fleet;
});
afterAll(async () => {
  await Promise.all(Object.values(fleet).map(({ socket }) => socket.close()));
  await csms.stop();
});
afterEach(async () => {
  for (const { templateId } of (await door.listConfigurationTemplates({})).templates)
    await door.removeConfigurationTemplate({ templateId });
  await eventually(
    async () => (await csms.admin.query('SELECT 1 FROM configuration_template WHERE resolved_version < version')).rowCount === 0,
  );
});

const FACTORY = {
  GetConfigurationMaxKeys: '3',
  TransactionMessageAttempts: '100',
  TransactionMessageRetryInterval: '10',
  MeterValueSampleInterval: '60',
  WebSocketPingInterval: '60',
  HeartbeatInterval: '300',
  NumberOfConnectors: '1',
};

const FLEET = ['READ-1', 'READ-2', 'READ-3', 'DRIFT-1', 'DRIFT-2', 'TPL-1', 'TPL-2', 'TPL-3', 'TPL-4'] as const;
/** Settings and peculiarities of some of them. */
const SPECIAL: Partial<Record<(typeof FLEET)[number], [settings: StationSettingsOf, o?: Peculiarities]>> = {
  'READ-1': [{ AuthorizationKey: 'very-secret-key-of-it' }],
  'READ-2': [{}, { cutAt: 3 }],
  'DRIFT-2': [{ WebSocketPingInterval: '7' }, { keeps: ['WebSocketPingInterval'] }],
  'TPL-1': [{}, { firmware: '1.10' }],
  'TPL-2': [{}, { firmware: '1.2' }],
  'TPL-4': [{}, { rebootFor: ['HeartbeatInterval'] }],
};

type Peculiarities = ConstructorParameters<typeof ConfiguredStation>[1] & { firmware?: string };

interface Online {
  state: StationState;
  wire: StationOnTheWire;
  device: ConfiguredStation;
  socket: FakeSocket;
}

/** A station of Maker M1, connected and booted. */
async function online(identity: string, settings: StationSettingsOf = {}, o: Peculiarities = {}): Promise<Online> {
  const state = await csms.station(demo, identity);
  const wire = new StationOnTheWire(csms.bus, { tenantId: demo.tenantId, tenant: demo.slug, stationId: state.stationId, identity });
  await wire.admit();
  await wire.report('opened');
  const device = new ConfiguredStation({ ...FACTORY, ...settings }, o);
  const socket = await FakeSocket.open(csms.bus, demo.slug, identity, wire.epoch, device.behaviour);
  await boot({ wire }, o.firmware);
  return { state, wire, device, socket };
}

async function boot({ wire }: Pick<Online, 'wire'>, firmwareVersion = '1.0'): Promise<void> {
  await wire.send('BootNotification', { chargePointVendor: 'Maker', chargePointModel: 'M1', firmwareVersion });
}

async function settingsOf({ state }: Online): Promise<Record<string, StationSetting>> {
  const { settings } = await door.getStationConfiguration({ stationId: state.stationId });
  return Object.fromEntries(settings.map((setting) => [setting.key, setting]));
}

const read = (station: Online) => door.readStationConfigurations({ stationIds: [station.state.stationId] });
/** Its settings have been read, and nothing is left to be sent or read. */
const isRead = (station: Online) =>
  eventually(
    async () => {
      const { rows } = await csms.admin.query<{ quiet: boolean }>(
        `SELECT r.read_at IS NOT NULL AND r.due_at IS NULL
                AND NOT EXISTS (SELECT FROM station_setting t WHERE t.station_id = r.station_id AND t.due_at IS NOT NULL) AS quiet
           FROM configuration_read r WHERE r.station_id = $1`,
        [station.state.stationId],
      );
      return rows[0]?.quiet === true;
    },
    { timeoutMs: 20_000 },
  );

function content(o: { name?: string; key?: string; value?: string; mode?: TemplateMode; resetWhenIdle?: boolean; rule?: object } = {}) {
  const { name = 'Calm', key = 'HeartbeatInterval', value = '900', mode = TemplateMode.ENFORCE, resetWhenIdle = false, rule = {} } = o;
  return { name, priority: 10, mode, resetWhenIdle, rule, settings: [{ key, value }] };
}

describe('the settings of a station', () => {
  it('are read after its first boot, with secrets masked, and not again by the next', async () => {
    const station = fleet['READ-1'];
    const settings = await settingsOf(station);
    expect(settings['NumberOfConnectors']).toMatchObject({ reported: true, value: '1', readonly: true, status: '' });
    expect(settings['AuthorizationKey']?.value).toBe('[hidden]');
    expect(settings['WebSocketPingInterval']).toMatchObject({
      value: '60',
      desired: '60',
      templateId: '',
      status: 'accepted',
      drifted: false,
    });
    const before = station.device.readings.length;
    await boot(station);
    await read(station);
    await eventually(() => station.device.readings.length === before + 1);
    await boot(station, '1.1');
    await eventually(() => station.device.readings.length > before + 1, { timeoutMs: 10_000 });
  });

  it('are asked for in parts when the station cuts its answer; what it left out is not taken for gone', async () => {
    const station = fleet['READ-2'];
    await eventually(async () => Object.values(await settingsOf(station)).filter(({ reported }) => reported).length === 7, {
      timeoutMs: 15_000,
    });
    expect(station.device.readings.every((keys) => keys.length <= 3)).toBe(true);
    await read(station);
    await eventually(async () => (await door.listSettingChanges({ stationId: station.state.stationId })).changes.length > 0);
    const { changes } = await door.listSettingChanges({ stationId: station.state.stationId });
    expect(changes.map(({ kind }) => kind)).not.toContain('removed');
  });

  it('have a history, and are read back after a change', async () => {
    const station = fleet['READ-3'];
    const { commands } = csms.as('operator', demo.tenantId);
    const payloadJson = JSON.stringify({ key: 'HeartbeatInterval', value: '60' });
    await commands.sendCommand({ stationId: station.state.stationId, action: 'ChangeConfiguration', payloadJson });
    const changes = await eventually(async () => {
      const found = await door.listSettingChanges({ stationId: station.state.stationId });
      return found.changes.length > 0 && found.changes;
    });
    expect(changes).toMatchObject([{ key: 'HeartbeatInterval', kind: 'changed', valueBefore: '300', value: '60' }]);
    expect(station.device.readings.at(-1)).toEqual(['HeartbeatInterval']);
  });
});

describe('drift', () => {
  it('is found by a reading and mended, once', async () => {
    const station = fleet['DRIFT-1'];
    station.device.settings['WebSocketPingInterval'] = '0';
    await read(station);
    await eventually(() => station.device.settings['WebSocketPingInterval'] === '60', { timeoutMs: 10_000 });
    await eventually(async () => !(await settingsOf(station))['WebSocketPingInterval']?.drifted, { timeoutMs: 10_000 });
    expect(station.device.changes.filter(([key]) => key === 'WebSocketPingInterval')).toHaveLength(2);
  });

  it('that a station keeps although it says otherwise is told, not fought', async () => {
    const station = fleet['DRIFT-2'];
    const stubborn = await eventually(
      async () => {
        const setting = (await settingsOf(station))['WebSocketPingInterval'];
        return setting?.status === 'ineffective' && setting;
      },
      { timeoutMs: 15_000 },
    );
    expect(stubborn).toMatchObject({ value: '7', desired: '60', drifted: true });
    const asked = station.device.changes.length;
    await read(station);
    const { stations, total } = await door.listDriftedStations({});
    expect(stations.find(({ stationId }) => stationId === station.state.stationId)?.settings).toMatchObject([
      { key: 'WebSocketPingInterval' },
    ]);
    expect(total).toBeGreaterThan(0);
    expect(station.device.changes).toHaveLength(asked);
  });
});

describe('a template', () => {
  it('is previewed, saved, and brought to the stations that it is for', async () => {
    const station = fleet['TPL-1'];
    const old = fleet['TPL-2'];
    const wanted = content({ rule: { vendor: 'maker', firmwareFrom: '1.9' }, value: '900' });
    const preview = await door.previewConfigurationTemplate({ content: wanted });
    expect(preview).toMatchObject({ matching: 1, changing: 1 });
    expect(preview.stations).toMatchObject([
      { identity: 'TPL-1', settings: [{ key: 'HeartbeatInterval', desired: '900', reported: '300' }] },
    ]);
    const { template } = await door.putConfigurationTemplate({ content: wanted });
    await eventually(() => station.device.settings['HeartbeatInterval'] === '900', { timeoutMs: 10_000 });
    await eventually(
      async () => {
        const [listed] = (await door.listConfigurationTemplates({})).templates;
        return listed?.stations === 1 && listed.drifted === 0;
      },
      { timeoutMs: 10_000 },
    );
    expect(old.device.changes.map(([key]) => key)).not.toContain('HeartbeatInterval');
    const templateId = template?.templateId ?? '';
    const changed = { ...wanted, settings: [{ key: 'HeartbeatInterval', value: '1200' }] };
    expect(await codeOf(door.putConfigurationTemplate({ templateId, version: 7, content: changed }))).toBe(
      'csms.configuration.template-changed',
    );
    await door.putConfigurationTemplate({ templateId, version: 1, content: changed });
    await eventually(() => station.device.settings['HeartbeatInterval'] === '1200', { timeoutMs: 10_000 });
    const { versions } = await door.listTemplateVersions({ templateId });
    expect(versions.map(({ version, changedBy }) => [version, changedBy])).toEqual([
      [2, 'some-operator'],
      [1, 'some-operator'],
    ]);
  });

  it('that observes sends nothing until somebody says so', async () => {
    const station = fleet['TPL-3'];
    const rule = { stationIds: [station.state.stationId] };
    const { template } = await door.putConfigurationTemplate({
      content: content({ mode: TemplateMode.OBSERVE, rule, value: '{station}' }),
    });
    await eventually(async () => (await settingsOf(station))['HeartbeatInterval']?.drifted === true, { timeoutMs: 10_000 });
    expect((await settingsOf(station))['HeartbeatInterval']).toMatchObject({ desired: 'TPL-3', value: '300' });
    expect(station.device.settings['HeartbeatInterval']).toBe('300');
    expect(await door.applyConfiguration({ templateId: template?.templateId ?? '' })).toMatchObject({ stations: 1 });
    await eventually(() => station.device.settings['HeartbeatInterval'] === 'TPL-3', { timeoutMs: 10_000 });
  });

  it('resets a station that asks for it, once no session is running', async () => {
    const station = fleet['TPL-4'];
    const transactionId = await station.wire.begin();
    const rule = { stationIds: [station.state.stationId] };
    await door.putConfigurationTemplate({ content: content({ rule, resetWhenIdle: true }) });
    await eventually(async () => (await settingsOf(station))['HeartbeatInterval']?.status === 'reboot-required', { timeoutMs: 10_000 });
    const { socket } = station;
    const resets = () => socket.executed.filter(({ action }) => action === 'Reset');
    expect(resets()).toHaveLength(0);
    await station.wire.end(transactionId);
    await eventually(() => resets().length === 1, { timeoutMs: 15_000 });
    expect(resets()[0]?.payload).toEqual({ type: 'Soft' });
    station.device.settings['HeartbeatInterval'] = '900';
    await boot(station);
    await eventually(async () => (await settingsOf(station))['HeartbeatInterval']?.status === 'accepted', { timeoutMs: 10_000 });
  });

  it.each([
    [{ key: 'AuthorizationKey' }, 'content.settings.key'],
    [{ value: '{nobody}' }, 'content.settings.value'],
    [{ mode: TemplateMode.UNSPECIFIED }, 'content.mode'],
    [{ name: '' }, 'content.name'],
  ])('is not taken with %j', async (o, _field) => {
    expect(await codeOf(door.putConfigurationTemplate({ content: content(o) }))).toBe('csms.invalid-field');
  });

  it('has one name, and is no business of another tenant', async () => {
    const { template } = await door.putConfigurationTemplate({ content: content({ rule: { vendor: 'Nobody' } }) });
    expect(await codeOf(door.putConfigurationTemplate({ content: content({ name: 'CALM' }) }))).toBe(
      'csms.configuration.template-name-taken',
    );
    const theirs = csms.as('operator', other.tenantId).configuration;
    const templateId = template?.templateId ?? '';
    expect((await theirs.listConfigurationTemplates({})).templates).toEqual([]);
    expect(await codeOf(theirs.removeConfigurationTemplate({ templateId }))).toBe('csms.configuration.template-unknown');
    expect(await codeOf(theirs.listTemplateVersions({ templateId }))).toBe('csms.configuration.template-unknown');
    const foreign = await csms.station(demo, 'FOREIGN');
    expect(await codeOf(theirs.getStationConfiguration({ stationId: foreign.stationId }))).toBe('csms.station-unknown');
    expect(await theirs.applyConfiguration({ stationIds: [foreign.stationId] })).toMatchObject({ stations: 0 });
    expect((await theirs.previewConfigurationTemplate({ content: content() })).matching).toBe(0);
  });
});

describe('a station held to the schemas', () => {
  it('has what deviates refused, and taken again when it no longer is', async () => {
    const { stationId } = await csms.station(demo, 'STRICT');
    const station = new StationOnTheWire(csms.bus, { tenantId: demo.tenantId, tenant: demo.slug, stationId, identity: 'STRICT' });
    await station.admit();
    const sloppy = { chargePointVendor: 'Maker', chargePointModel: 'M1', notInTheSchema: true };
    expect(await station.call('BootNotification', sloppy)).toMatchObject({ kind: 'result' });
    await door.setStrictInbound({ stationId, strict: true });
    await eventually(async () => (await station.call('BootNotification', sloppy)).kind === 'error', { timeoutMs: 10_000 });
    await door.setStrictInbound({ stationId, strict: false });
    await eventually(async () => (await station.call('BootNotification', sloppy)).kind === 'result', { timeoutMs: 10_000 });
  });
});
