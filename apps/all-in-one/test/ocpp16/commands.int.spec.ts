import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CommandOutcome } from '@ampline/contracts';
import { eventually } from '@ampline/platform-testing';
import type { ChargingProfile, Ocpp16Action, RequestOf } from '@ampline/protocol-ocpp';
import { playScenario } from '@ampline/station-simulator';
import { atStation } from '../support/at-station.js';
import { OcppStage } from '../support/ocpp-stage.js';

/** Every command of OCPP 1.6 from the call of an operator to the station and back, and what comes of it at both ends. */
let stage: OcppStage;
beforeAll(async () => {
  stage = await OcppStage.start();
  await stage.idToken('CARD');
  await stage.idToken('OTHER');
});
afterAll(() => stage.stop());

describe('RemoteStartTransaction and RemoteStopTransaction', () => {
  const { at, command, refused } = atStation(() => stage, 'REMOTE');

  it('Accepted is not started: the session is there once the station says so, and ends with Remote', async () => {
    expect(await command('RemoteStartTransaction', { idTag: 'CARD', connectorId: 1 })).toEqual({ status: 'Accepted' });
    const session = await eventually(async () => {
      const [row] = await stage.sql<{ ocpp_id: number }>('SELECT ocpp_id FROM ocpp_transaction WHERE station_id = $1', [
        at.station.stationId,
      ]);
      return row;
    });
    expect(await command('RemoteStartTransaction', { idTag: 'CARD', connectorId: 1 })).toEqual({ status: 'Rejected' });
    expect(await command('RemoteStopTransaction', { transactionId: session.ocpp_id + 1_000 })).toEqual({ status: 'Rejected' });
    expect(await command('RemoteStopTransaction', { transactionId: session.ocpp_id })).toEqual({ status: 'Accepted' });
    await eventually(async () => {
      const [row] = await stage.sql<{ stop_reason: string }>(
        `SELECT stop_reason FROM ocpp_transaction WHERE station_id = $1 AND state = 'ended'`,
        [at.station.stationId],
      );
      return row?.stop_reason === 'Remote';
    });
  });

  it('a start at connector 0, or with a profile that is no transaction’s or names one, is not sent', async () => {
    const chargingProfile = { ...profileOf({ chargingProfilePurpose: 'TxProfile', chargingProfileKind: 'Relative' }) };
    expect(await refused('RemoteStartTransaction', { idTag: 'CARD', connectorId: 0 })).toBe('csms.payload-invalid');
    expect(await refused('RemoteStartTransaction', { idTag: 'CARD', chargingProfile: { ...chargingProfile, transactionId: 1 } })).toBe(
      'csms.payload-invalid',
    );
    const other = { ...chargingProfile, chargingProfilePurpose: 'TxDefaultProfile' };
    expect(await refused('RemoteStartTransaction', { idTag: 'CARD', chargingProfile: other })).toBe('csms.payload-invalid');
  });

  it('with AuthorizeRemoteTxRequests the station asks first, and starts nothing for a token that is refused', async () => {
    await command('ChangeConfiguration', { key: 'AuthorizeRemoteTxRequests', value: 'true' });
    expect(await command('RemoteStartTransaction', { idTag: 'NOBODY', connectorId: 2 })).toEqual({ status: 'Accepted' });
    await eventually(async () => (await stage.archived(at.station.stationId, 'Authorize')).length === 1);
    await playScenario(at.simulated, [{ do: 'wait-until', condition: 'drained' }]);
    expect(at.simulated.evses[1]?.running).toBeUndefined();
    await command('ChangeConfiguration', { key: 'AuthorizeRemoteTxRequests', value: 'false' });
  });

  it('a profile that comes with the start bounds its transaction', async () => {
    const chargingProfile = profileOf({ chargingProfilePurpose: 'TxProfile', chargingProfileKind: 'Relative' });
    await command('RemoteStartTransaction', { idTag: 'CARD', connectorId: 2, chargingProfile });
    await eventually(() => at.simulated.evses[1]?.running !== undefined);
    expect(await command('GetCompositeSchedule', { connectorId: 2, duration: 60 })).toMatchObject({
      chargingSchedule: { chargingSchedulePeriod: [{ startPeriod: 0, limit: 6_000 }] },
    });
  });
});

describe('Core commands', () => {
  const { at, command, told, refused, connectors } = atStation(() => stage, 'CORE', { profile: { rebootS: 1 } });

  it('UnlockConnector ends what runs with UnlockCommand; an unknown connector is not supported', async () => {
    await playScenario(at.simulated, [{ do: 'start', connectorId: 1, idToken: 'CARD' }]);
    expect(await command('UnlockConnector', { connectorId: 9 })).toEqual({ status: 'NotSupported' });
    expect(await command('UnlockConnector', { connectorId: 1 })).toEqual({ status: 'Unlocked' });
    await eventually(async () => (await told('StopTransaction', 'reason')).includes('UnlockCommand'));
    expect(await refused('UnlockConnector', { connectorId: 0 })).toBe('csms.payload-invalid');
  });

  it('Reset ends what runs, and the station boots', async () => {
    await playScenario(at.simulated, [
      { do: 'start', connectorId: 1, idToken: 'CARD' },
      { do: 'wait-until', condition: 'drained' },
    ]);
    const boots = (await told('BootNotification')).length;
    expect(await command('Reset', { type: 'Soft' })).toEqual({ status: 'Accepted' });
    await eventually(async () => (await told('BootNotification')).length === boots + 1);
    await eventually(async () => (await told('StopTransaction', 'reason')).includes('SoftReset'));
    await playScenario(at.simulated, [{ do: 'wait-until', condition: 'drained' }]);
    expect(await command('Reset', { type: 'Hard' })).toEqual({ status: 'Accepted' });
    await eventually(async () => (await told('BootNotification')).length === boots + 2);
    await playScenario(at.simulated, [{ do: 'wait-until', condition: 'drained' }]);
  });

  it('ChangeAvailability is scheduled while a transaction runs, and comes true with its end; connector 0 is all of them', async () => {
    const operative = async () => (await connectors()).map((connector) => connector.operative);
    await playScenario(at.simulated, [{ do: 'start', connectorId: 1, idToken: 'CARD' }]);
    expect(await command('ChangeAvailability', { connectorId: 0, type: 'Inoperative' })).toEqual({ status: 'Scheduled' });
    // The one that charges goes on; the other is out of use at once.
    await eventually(async () => (await operative()).join() === 'true,false');
    await playScenario(at.simulated, [{ do: 'stop', connectorId: 1 }]);
    await eventually(async () => (await operative()).every((one) => !one));
    expect(await command('ChangeAvailability', { connectorId: 0, type: 'Inoperative' })).toEqual({ status: 'Accepted' });
    await playScenario(at.simulated, [{ do: 'unplug', connectorId: 1 }]);
    expect(await command('ChangeAvailability', { connectorId: 0, type: 'Operative' })).toEqual({ status: 'Accepted' });
    expect(await command('ChangeAvailability', { connectorId: 7, type: 'Operative' })).toEqual({ status: 'Rejected' });
    await eventually(async () => (await operative()).every(Boolean));
  });

  it('ChangeConfiguration and GetConfiguration: accepted, refused, after a reboot, unknown, read-only', async () => {
    const change = async (key: string, value: string) => (await command('ChangeConfiguration', { key, value })).status;
    expect(await change('HeartbeatInterval', '77')).toBe('Accepted');
    expect(await change('HeartbeatInterval', 'soon')).toBe('Rejected');
    expect(await change('Ampline.LedBrightness', '20')).toBe('RebootRequired');
    expect(await change('NoSuchKey', '1')).toBe('NotSupported');
    expect(await refused('ChangeConfiguration', { key: 'HeartbeatInterval', value: 77 })).toBe('csms.payload-invalid');
    expect(await command('GetConfiguration', { key: ['HeartbeatInterval', 'NumberOfConnectors', 'Nonsense'] })).toEqual({
      configurationKey: [
        { key: 'HeartbeatInterval', readonly: false, value: '77' },
        { key: 'NumberOfConnectors', readonly: true, value: '2' },
      ],
      unknownKey: ['Nonsense'],
    });
    expect((await command('GetConfiguration', {})).configurationKey?.length).toBeGreaterThan(30);
  });

  it('ClearCache and DataTransfer, in either direction', async () => {
    expect(await command('ClearCache', {})).toEqual({ status: 'Rejected' });
    await command('ChangeConfiguration', { key: 'AuthorizationCacheEnabled', value: 'true' });
    expect(await command('ClearCache', {})).toEqual({ status: 'Accepted' });
    expect(await command('DataTransfer', { vendorId: 'Nobody' })).toEqual({ status: 'UnknownVendorId' });
    expect(await command('DataTransfer', { vendorId: 'Ampline', messageId: 'No' })).toEqual({ status: 'UnknownMessageId' });
    expect(await command('DataTransfer', { vendorId: 'Ampline', messageId: 'Echo', data: 'x' })).toEqual({ status: 'Accepted', data: 'x' });
    const outcome = await at.simulated.parts.desk.ask('DataTransfer', { vendorId: 'Nobody' });
    expect(outcome).toEqual({ outcome: 'answered', payload: { status: 'UnknownVendorId' } });
  });
});

describe('TriggerMessage', () => {
  const { command, told, refused } = atStation(() => stage, 'TRIGGER');

  it.each([
    'BootNotification',
    'DiagnosticsStatusNotification',
    'FirmwareStatusNotification',
    'Heartbeat',
    'MeterValues',
    'StatusNotification',
  ] as const)('%s comes after the answer', async (requestedMessage) => {
    const before = (await told(requestedMessage)).length;
    expect(await command('TriggerMessage', { requestedMessage })).toEqual({ status: 'Accepted' });
    await eventually(async () => (await told(requestedMessage)).length > before);
  });

  it('of a connector: above 0, and one that there is', async () => {
    expect(await refused('TriggerMessage', { requestedMessage: 'MeterValues', connectorId: 0 })).toBe('csms.payload-invalid');
    expect(await command('TriggerMessage', { requestedMessage: 'MeterValues', connectorId: 9 })).toEqual({ status: 'Rejected' });
  });

  it('a firmware or diagnostics status is Idle only because it was asked for', async () => {
    expect((await told('FirmwareStatusNotification')).at(-1)).toBe('Idle');
    expect((await told('DiagnosticsStatusNotification')).at(-1)).toBe('Idle');
  });
});

describe('SendLocalList and GetLocalListVersion', () => {
  const { at, command, refused } = atStation(() => stage, 'LIST', { profile: { configuration: { SendLocalListMaxLength: '2' } } });
  const entry = (idTag: string) => ({ idTag, idTagInfo: { status: 'Accepted' as const } });
  const version = async () => (await command('GetLocalListVersion', {})).listVersion;
  const send = async (
    listVersion: number,
    updateType: 'Full' | 'Differential',
    list: RequestOf<'SendLocalList'>['localAuthorizationList'],
  ) => (await command('SendLocalList', { listVersion, updateType, ...(list && { localAuthorizationList: list }) })).status;

  it('full, differential, version conflict, too long, cleared', async () => {
    expect(await version()).toBe(0);
    expect(await send(5, 'Full', [entry('A'), entry('B')])).toBe('Accepted');
    expect(await version()).toBe(5);
    expect(await send(5, 'Differential', [entry('C')])).toBe('VersionMismatch');
    expect(await send(6, 'Differential', [{ idTag: 'A' }, entry('C')])).toBe('Accepted');
    expect(at.simulated.parts.localList.find('A')).toBeUndefined();
    expect(await send(7, 'Differential', [entry('D'), entry('E'), entry('F')])).toBe('Failed');
    expect(await version()).toBe(6);
    expect(await send(8, 'Full', [])).toBe('Accepted');
    expect(await version()).toBe(0);
  });

  it('switched off: -1 and NotSupported', async () => {
    await command('ChangeConfiguration', { key: 'LocalAuthListEnabled', value: 'false' });
    expect(await version()).toBe(-1);
    expect(await send(9, 'Full', [entry('A')])).toBe('NotSupported');
  });

  it('an incomplete full list is not sent', async () => {
    const list = [{ idTag: 'A' }];
    expect(await refused('SendLocalList', { listVersion: 9, updateType: 'Full', localAuthorizationList: list })).toBe(
      'csms.payload-invalid',
    );
  });

  it('a token that is too long is not sent', async () => {
    const list = [{ idTag: 'x'.repeat(21), idTagInfo: { status: 'Accepted' } }];
    expect(await refused('SendLocalList', { listVersion: 1, updateType: 'Full', localAuthorizationList: list })).toBe(
      'csms.payload-invalid',
    );
  });
});

describe('ReserveNow and CancelReservation', () => {
  const { at, command, told, connectors } = atStation(() => stage, 'RESERVE');
  const inMs = (ms: number) => new Date(Date.now() + ms).toISOString();
  const reserve = async (reservationId: number, connectorId: number, idTag: string, forMs = 60_000) =>
    (await command('ReserveNow', { reservationId, connectorId, idTag, expiryDate: inMs(forMs) })).status;

  it('reserved, replaced, used by its transaction', async () => {
    expect(await reserve(1, 1, 'OTHER')).toBe('Accepted');
    await eventually(async () => (await connectors())[0]?.status === 'Reserved');
    expect(await reserve(2, 1, 'CARD')).toBe('Occupied');
    expect(await reserve(1, 1, 'CARD')).toBe('Accepted');
    expect(await command('RemoteStartTransaction', { idTag: 'OTHER', connectorId: 1 })).toEqual({ status: 'Rejected' });
    expect(await command('RemoteStartTransaction', { idTag: 'CARD', connectorId: 1 })).toEqual({ status: 'Accepted' });
    await eventually(async () => (await told('StartTransaction', 'reservationId')).includes(1));
    await playScenario(at.simulated, [{ do: 'unplug', connectorId: 1 }]);
    expect(await command('CancelReservation', { reservationId: 1 })).toEqual({ status: 'Rejected' });
  });

  it('cancelled, expired, refused', async () => {
    expect(await reserve(3, 2, 'CARD')).toBe('Accepted');
    expect(await command('CancelReservation', { reservationId: 3 })).toEqual({ status: 'Accepted' });
    await eventually(async () => (await connectors())[1]?.status === 'Available');
    expect(await reserve(4, 2, 'CARD', 500)).toBe('Accepted');
    await eventually(async () => (await connectors())[1]?.status === 'Reserved');
    await eventually(async () => (await connectors())[1]?.status === 'Available');
    expect(await reserve(5, 9, 'CARD')).toBe('Rejected');
    await command('ChangeAvailability', { connectorId: 2, type: 'Inoperative' });
    expect(await reserve(6, 2, 'CARD')).toBe('Unavailable');
    await command('ChangeAvailability', { connectorId: 2, type: 'Operative' });
  });

  it('of connector 0 where the station supports it', async () => {
    expect(await reserve(7, 0, 'CARD')).toBe('Accepted');
    expect(await command('CancelReservation', { reservationId: 7 })).toEqual({ status: 'Accepted' });
  });
});

describe('SetChargingProfile, ClearChargingProfile, GetCompositeSchedule', () => {
  const { at, command, refused } = atStation(() => stage, 'SMART');
  const set = async (connectorId: number, csChargingProfiles: ChargingProfile) =>
    (await command('SetChargingProfile', { connectorId, csChargingProfiles })).status;
  const limits = async (connectorId: number, chargingRateUnit: 'A' | 'W' = 'W') => {
    const { chargingSchedule, status } = await command('GetCompositeSchedule', { connectorId, duration: 100, chargingRateUnit });
    return chargingSchedule?.chargingSchedulePeriod.map(({ limit }) => limit) ?? status;
  };

  it('stack by level and purpose, below the limit of the station, in either unit', async () => {
    expect(await set(0, profileOf({ chargingProfileId: 1 }))).toBe('Accepted');
    expect(await set(1, profileOf({ chargingProfileId: 2, stackLevel: 3 }, 9_000))).toBe('Accepted');
    expect(await limits(2)).toEqual([6_000]);
    expect(await limits(1)).toEqual([9_000]);
    expect(await set(0, profileOf({ chargingProfileId: 3, chargingProfilePurpose: 'ChargePointMaxProfile' }, 8_280))).toBe('Accepted');
    expect(await limits(1)).toEqual([8_280]);
    expect(await limits(1, 'A')).toEqual([12]);
    expect(await limits(0)).toEqual([8_280]);
    expect(await limits(9)).toBe('Rejected');
  });

  it('a transaction’s profile needs one, and goes with it', async () => {
    const own = () => profileOf({ chargingProfileId: 4, chargingProfilePurpose: 'TxProfile', chargingProfileKind: 'Relative' }, 2_000);
    expect(await set(1, own())).toBe('Rejected');
    await playScenario(at.simulated, [
      { do: 'start', connectorId: 1, idToken: 'CARD' },
      { do: 'wait-until', condition: 'drained' },
    ]);
    const transactionId = at.simulated.evses[0]?.running?.ledger.transactionId ?? 0;
    expect(await set(1, { ...own(), transactionId: transactionId + 1 })).toBe('Rejected');
    expect(await set(1, { ...own(), transactionId })).toBe('Accepted');
    expect(await limits(1)).toEqual([2_000]);
    await eventually(() => {
      at.simulated.evses[0]?.readMeter();
      return at.simulated.evses[0]?.meter.powerW === 2_000;
    });
    await playScenario(at.simulated, [
      { do: 'unplug', connectorId: 1 },
      { do: 'wait-until', condition: 'drained' },
    ]);
    expect(await limits(1)).toEqual([8_280]);
  });

  it('cleared by id, by purpose, all; nothing matched is Unknown', async () => {
    expect(await command('ClearChargingProfile', { id: 99 })).toEqual({ status: 'Unknown' });
    expect(await command('ClearChargingProfile', { chargingProfilePurpose: 'ChargePointMaxProfile' })).toEqual({ status: 'Accepted' });
    expect(await command('ClearChargingProfile', { id: 2 })).toEqual({ status: 'Accepted' });
    expect(await limits(1)).toEqual([6_000]);
    expect(await command('ClearChargingProfile', {})).toEqual({ status: 'Accepted' });
    expect(await limits(1)).toEqual([22_000]);
  });

  it('a limit that is no multiple of 0.1 is not sent', async () => {
    expect(await refused('SetChargingProfile', { connectorId: 1, csChargingProfiles: profileOf({}, 1.05) })).toBe('csms.payload-invalid');
  });
});

describe('a station with the Core profile alone', () => {
  const { at } = atStation(() => stage, 'BARE', { profile: { configuration: { SupportedFeatureProfiles: 'Core' } } });

  it.each<[Ocpp16Action, object]>([
    ['GetLocalListVersion', {}],
    ['CancelReservation', { reservationId: 1 }],
    ['ClearChargingProfile', {}],
    ['TriggerMessage', { requestedMessage: 'Heartbeat' }],
    ['GetDiagnostics', { location: 'http://127.0.0.1:1/' }],
  ])('refuses %s with NotSupported, which the operator sees', async (action, payload) => {
    expect(await stage.send(at.station.stationId, action, payload)).toMatchObject({
      outcome: CommandOutcome.REFUSED_BY_STATION,
      errorCode: 'NotSupported',
    });
  });
});

function profileOf(o: Partial<ChargingProfile>, limit = 6_000): ChargingProfile {
  const kind = o.chargingProfileKind ?? 'Absolute';
  return {
    chargingProfileId: 1,
    stackLevel: 0,
    chargingProfilePurpose: 'TxDefaultProfile',
    chargingProfileKind: kind,
    chargingSchedule: {
      chargingRateUnit: 'W',
      chargingSchedulePeriod: [{ startPeriod: 0, limit }],
      ...(kind !== 'Relative' && { startSchedule: new Date().toISOString() }),
    },
    ...o,
  };
}
