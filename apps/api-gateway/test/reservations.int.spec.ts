import { LocalListSelection, ReservationStatus } from '@ampline/contracts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Api } from './support/api.js';
import { AT, AT_ISO, idOf, worldOf } from './support/world.js';

const STATION = idOf('station', 1);

describe('what is asked of the services', () => {
  let api: Api;
  beforeAll(async () => {
    api = await Api.start();
    api.standIns.answers = worldOf(1);
  });
  beforeEach(() => api.standIns.forget());
  afterAll(() => api.stop());

  it('to reserve', async () => {
    const input = `{ stationId: "${STATION}", evseNumber: 0, idToken: "CARD", forGroup: true, expiresAt: "${AT_ISO}" }`;
    await api.data(`mutation { createReservation(input: ${input}, idempotencyKey: "k1") { id } }`);
    const { request, patienceMs } = api.standIns.only('reservations.createReservation');
    expect(request).toMatchObject({ stationId: STATION, evseNumber: 0, idToken: 'CARD', forGroup: true, idempotencyKey: 'k1' });
    expect(request['expiresAt']).toMatchObject({ seconds: AT.seconds });
    expect(patienceMs).toBeGreaterThan(60_000);
  });

  it('to find reservations', async () => {
    await api.data(
      `{ reservations(filter: { stationId: "${STATION}", statuses: [REQUESTED, ACTIVE], idToken: "card" }) { nodes { id } } }`,
    );
    expect(api.standIns.only('reservations.listReservations').request).toMatchObject({
      stationId: STATION,
      statuses: [ReservationStatus.REQUESTED, ReservationStatus.ACTIVE],
      idToken: 'card',
    });
  });

  it('to set and to remove a policy', async () => {
    const input = `{ stationId: "${STATION}", selection: CHOSEN, idTokenIds: ["${idOf('command', 1)}"] }`;
    await api.data(`mutation { setLocalListPolicy(input: ${input}) { stations } }`);
    expect(api.standIns.only('localLists.setLocalListPolicy').request).toMatchObject({
      ...{ siteId: '', stationId: STATION, selection: LocalListSelection.CHOSEN, groupIds: [] },
      idTokenIds: [idOf('command', 1)],
    });
    await api.data(`mutation { removeLocalListPolicy(siteId: "${idOf('site', 1)}") }`);
    expect(api.standIns.only('localLists.removeLocalListPolicy').request).toMatchObject({ siteId: idOf('site', 1), stationId: '' });
  });
});
