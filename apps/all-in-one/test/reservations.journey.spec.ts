import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LocalListSelection, LocalListStatus, ReservationStatus } from '@ampline/contracts';
import { eventually } from '@ampline/platform-testing';
import { playScenario, startSimulation, type SimulatedStation, type Simulation } from '@ampline/station-simulator';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { furnish, PASSWORD, Platform, type Doors, type Site } from './support/platform.js';
import { RawStation, type CommandAnswer } from './support/raw-station.js';

const inMinutes = (minutes: number) => timestampFromDate(new Date(Date.now() + minutes * 60_000));

describe('reservations and local lists of a platform in parts', () => {
  let platform: Platform;
  let doors: Doors;
  let site: Site;
  let as: { tenantId: string };
  let simulation: Simulation;
  let station: SimulatedStation;

  beforeAll(async () => {
    const env = { OCPP_CSMS_SETTINGS_DELAY_MS: '0', OCPP_CSMS_LOCAL_LIST_SETTLE_S: '0' };
    platform = await Platform.start({ shape: 'split', env });
    doors = platform.doors();
    site = await furnish(platform, { stations: 2, tokens: ['HOLDER', 'OTHER'] });
    as = { tenantId: site.tenantId };
    simulation = startSimulation({
      url: platform.ocppUrl('demo').replace(/\/demo$/, ''),
      stations: [{ tenant: 'demo', identity: 'ST-1', password: PASSWORD, evses: [{}, {}], profile: { charging: { automatic: false } } }],
      secondMs: 50,
      keep: 'complete',
    });
    station = simulation.stations[0] as SimulatedStation;
    await eventually(() => station.online && station.drained, { timeoutMs: 30_000 });
  }, 120_000);
  afterAll(async () => {
    await simulation.stop(0);
    await platform.stop();
  }, 120_000);

  const stationId = (n: number) => site.stations[n - 1]?.stationId ?? '';
  const reserve = async (n: number, idToken: string) => {
    const wish = { stationId: stationId(n), evseNumber: 1, idToken, expiresAt: inMinutes(30) };
    return (await doors.reservations.createReservation(wish, as)).reservation;
  };
  const statusOf = async (reservationId = '') => (await doors.reservations.getReservation({ reservationId }, as)).reservation?.status;

  it('a station keeps its EVSE for whom it is reserved, and their session uses the reservation', async () => {
    const reservation = await reserve(1, 'HOLDER');
    expect(reservation?.status).toBe(ReservationStatus.ACTIVE);
    await playScenario(station, [{ do: 'start', connectorId: 1, idToken: 'HOLDER' }]);
    await eventually(async () => (await statusOf(reservation?.reservationId)) === ReservationStatus.USED);
    await playScenario(station, [{ do: 'stop', connectorId: 1 }]);
  });

  it('a station gets the list of its tenant, and a token that is blocked leaves it', async () => {
    const listed = async (...idTokens: string[]) => {
      const { localList } = await doors.localLists.getLocalList({ stationId: stationId(1) }, as);
      const { entries } = await doors.localLists.listLocalListEntries({ stationId: stationId(1) }, as);
      return localList?.status === LocalListStatus.IN_SYNC && entries.map(({ idToken }) => idToken).join() === idTokens.join();
    };
    await doors.localLists.setLocalListPolicy({ selection: LocalListSelection.ALL }, as);
    await eventually(() => listed('HOLDER', 'OTHER'));
    await doors.accounts.blockIdToken({ idToken: 'OTHER' }, as);
    await eventually(() => listed('HOLDER'), { timeoutMs: 20_000 });
  });

  it('csms that is killed between asking and the answer asks again under the same id', async () => {
    let answer: ReturnType<CommandAnswer> = 'silence';
    const onCommand: CommandAnswer = (action) => (action === 'ReserveNow' ? answer : { status: 'Rejected' });
    const raw = await RawStation.connect({ url: platform.ocppUrl('demo'), identity: 'ST-2', password: PASSWORD, onCommand });
    await eventually(async () => (await doors.stations.getStation({ stationId: stationId(2) }, as)).station?.online);
    const asked = () => raw.commands.filter(({ action }) => action === 'ReserveNow');
    const cut = reserve(2, 'HOLDER').catch(() => undefined);
    await eventually(() => asked().length === 1);
    const csms = platform.split?.of('ocpp-csms')[0];
    await csms?.kill('SIGKILL');
    await cut;
    answer = { status: 'Accepted' };
    await csms?.start();
    // As if the minute had passed in which the dead one might have heard.
    await platform.sql(`UPDATE csms.reservation SET due_at = now() WHERE station_id = $1`, [stationId(2)]);
    await eventually(() => asked().length >= 2, { timeoutMs: 60_000 });
    const { reservations } = await doors.reservations.listReservations({ stationId: stationId(2) }, as);
    expect(new Set(asked().map(({ payload }) => payload['reservationId']))).toEqual(new Set([reservations[0]?.ocppId]));
    expect(reservations).toHaveLength(1);
    await eventually(async () => (await statusOf(reservations[0]?.reservationId)) === ReservationStatus.ACTIVE);
    await raw.close();
  }, 120_000);
});
