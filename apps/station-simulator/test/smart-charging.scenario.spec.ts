import type { ChargingProfile, RequestOf } from '@ampline/protocol-ocpp';
import { eventually } from '@ampline/platform-testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { playScenario } from '../src/index.js';
import { Scene } from './support/scene.js';

let scene: Scene;
beforeEach(async () => {
  scene = await Scene.open();
});
afterEach(async () => {
  expect(scene.centralSystem.violations).toEqual([]);
  await scene.close();
});

const NOW = () => new Date().toISOString();
type Period = ChargingProfile['chargingSchedule']['chargingSchedulePeriod'][number];

function profile(o: Partial<ChargingProfile> & { periods?: Period[]; duration?: number; unit?: 'A' | 'W' }): ChargingProfile {
  const { periods = [{ startPeriod: 0, limit: 6_000 }], duration, unit = 'W', ...rest } = o;
  const kind = rest.chargingProfileKind ?? 'Absolute';
  return {
    chargingProfileId: 1,
    stackLevel: 0,
    chargingProfilePurpose: 'TxDefaultProfile',
    chargingProfileKind: kind,
    chargingSchedule: {
      chargingRateUnit: unit,
      chargingSchedulePeriod: periods,
      ...(duration !== undefined && { duration }),
      ...(kind !== 'Relative' && { startSchedule: NOW() }),
    },
    ...rest,
  };
}

describe('charging profiles', () => {
  const set = async (connectorId: number, csChargingProfiles: ChargingProfile) =>
    (await scene.centralSystem.command('SetChargingProfile', { connectorId, csChargingProfiles }))['status'];
  const clear = async (request: RequestOf<'ClearChargingProfile'>) =>
    (await scene.centralSystem.command('ClearChargingProfile', request))['status'];
  const composite = async (connectorId: number, duration = 100, chargingRateUnit?: 'A' | 'W') => {
    const answer = await scene.centralSystem.command('GetCompositeSchedule', {
      connectorId,
      duration,
      ...(chargingRateUnit && { chargingRateUnit }),
    });
    const schedule = answer['chargingSchedule'] as ChargingProfile['chargingSchedule'] | undefined;
    return schedule?.chargingSchedulePeriod.map(({ startPeriod, limit }) => [startPeriod, limit]) ?? answer;
  };

  it('hold the power down, and let go when they are cleared', async () => {
    const station = await scene.station({ charging: { stateOfCharge: [0.1, 0.1] } }, { speed: 100 });
    const power = () => {
      station.evses[0]?.readMeter();
      return station.evses[0]?.meter.powerW ?? 0;
    };
    await playScenario(station, [{ do: 'start', connectorId: 1, idToken: 'A' }]);
    await eventually(() => power() > 6_000);
    expect(await set(1, profile({ periods: [{ startPeriod: 0, limit: 3_000 }] }))).toBe('Accepted');
    await eventually(() => power() === 3_000);
    expect(await set(1, profile({ periods: [{ startPeriod: 0, limit: 0 }] }))).toBe('Accepted');
    await eventually(() => station.evses[0]?.status === 'SuspendedEVSE' && power() === 0);
    expect(await clear({ id: 1 })).toBe('Accepted');
    await eventually(() => station.evses[0]?.status === 'Charging' && power() > 6_000);
    expect(await clear({ id: 1 })).toBe('Unknown');
  });

  it('stack: the highest level that says something, a transaction’s own before the default, and never above the station’s', async () => {
    const station = await scene.station();
    expect(await composite(1)).toEqual([[0, 22_000]]);
    await set(0, profile({ chargingProfileId: 1 }));
    await set(1, profile({ chargingProfileId: 2, periods: [{ startPeriod: 0, limit: 8_000 }] }));
    await set(
      1,
      profile({
        chargingProfileId: 3,
        stackLevel: 5,
        duration: 40,
        periods: [
          { startPeriod: 0, limit: 9_000 },
          { startPeriod: 20, limit: 4_000 },
        ],
      }),
    );
    expect(await composite(2)).toEqual([[0, 6_000]]);
    expect(await composite(1)).toEqual([
      [0, 9_000],
      [20, 4_000],
      [40, 8_000],
    ]);
    await playScenario(station, [
      { do: 'start', connectorId: 1, idToken: 'A' },
      { do: 'wait-until', condition: 'drained' },
    ]);
    const own = profile({
      chargingProfileId: 4,
      chargingProfilePurpose: 'TxProfile',
      chargingProfileKind: 'Relative',
      transactionId: 101,
      periods: [{ startPeriod: 0, limit: 12_000 }],
    });
    expect(await set(1, own)).toBe('Accepted');
    await set(
      0,
      profile({ chargingProfileId: 5, chargingProfilePurpose: 'ChargePointMaxProfile', periods: [{ startPeriod: 0, limit: 10_000 }] }),
    );
    expect(await composite(1)).toEqual([[0, 10_000]]);
    expect(await composite(0)).toEqual([[0, 10_000]]);
    expect(await composite(1, 100, 'A')).toEqual([[0, 14.4]]);
    await playScenario(station, [
      { do: 'stop', connectorId: 1 },
      { do: 'wait-until', condition: 'drained' },
    ]);
    await clear({ chargingProfilePurpose: 'ChargePointMaxProfile' });
    expect(await composite(1)).toEqual([
      [0, 9_000],
      [20, 4_000],
      [40, 8_000],
    ]);
    expect(await composite(9)).toEqual({ status: 'Rejected' });
  });

  it('recur, begin with their transaction, and are valid for a time', async () => {
    await scene.station();
    const begin = new Date(Date.now() - 86_400_000 - 10_000).toISOString();
    const daily = profile({
      chargingProfileKind: 'Recurring',
      recurrencyKind: 'Daily',
      periods: [
        { startPeriod: 0, limit: 5_000 },
        { startPeriod: 60, limit: 7_000 },
      ],
    });
    daily.chargingSchedule.startSchedule = begin;
    expect(await set(1, daily)).toBe('Accepted');
    expect(await composite(1)).toEqual([
      [0, 5_000],
      [50, 7_000],
    ]);
    const until = new Date(Date.now() + 30_000).toISOString();
    await set(
      1,
      profile({
        chargingProfileId: 2,
        stackLevel: 1,
        validTo: until,
        chargingProfileKind: 'Relative',
        periods: [{ startPeriod: 0, limit: 1_000 }],
      }),
    );
    expect(await composite(1)).toEqual([
      [0, 1_000],
      [30, 5_000],
      [50, 7_000],
    ]);
  });

  it.each<[string, number, Partial<ChargingProfile> & { periods?: Period[]; duration?: number }]>([
    ['a connector it does not have', 9, {}],
    ['a station-wide limit at a connector', 1, { chargingProfilePurpose: 'ChargePointMaxProfile' }],
    ['a transaction’s profile without a transaction', 1, { chargingProfilePurpose: 'TxProfile' }],
    ['too high a level', 1, { stackLevel: 9 }],
    ['periods that do not begin at 0', 1, { periods: [{ startPeriod: 5, limit: 1 }] }],
    [
      'periods out of order',
      1,
      {
        periods: [
          { startPeriod: 0, limit: 1 },
          { startPeriod: 9, limit: 1 },
          { startPeriod: 9, limit: 2 },
        ],
      },
    ],
    ['no periods', 1, { periods: [] }],
    ['recurrence without a kind', 1, { chargingProfileKind: 'Recurring' }],
    ['a recurrence longer than its period', 1, { chargingProfileKind: 'Recurring', recurrencyKind: 'Daily', duration: 86_401 }],
  ])('are refused: %s', async (_, connectorId, changes) => {
    await scene.station();
    expect(await set(connectorId, profile(changes))).toBe('Rejected');
  });

  it('come with a remote start, of which they are part', async () => {
    const station = await scene.station();
    const chargingProfile = profile({ chargingProfilePurpose: 'TxProfile', chargingProfileKind: 'Relative' });
    const start = (p: ChargingProfile) =>
      scene.centralSystem.command('RemoteStartTransaction', { idTag: 'A', connectorId: 1, chargingProfile: p });
    expect(await start({ ...chargingProfile, transactionId: 5 })).toEqual({ status: 'Rejected' });
    expect(await start({ ...chargingProfile, chargingProfilePurpose: 'TxDefaultProfile' })).toEqual({ status: 'Rejected' });
    expect(await start(chargingProfile)).toEqual({ status: 'Accepted' });
    await eventually(() => station.evses[0]?.running !== undefined);
    expect(await composite(1)).toEqual([[0, 6_000]]);
  });
});
