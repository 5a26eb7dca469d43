import { IntakeIssueStatus, MessageDirection, RegistrationStatus, SessionStatus, TimeBucket } from '@ampline/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Api } from './support/api.js';
import { AT, idOf, worldOf } from './support/world.js';

describe('what lists are asked for', () => {
  let api: Api;
  beforeAll(async () => {
    api = await Api.start();
    api.standIns.answers = worldOf(1);
  });
  afterAll(() => api.stop());

  it('stations: everything unless a filter says otherwise', async () => {
    await api.data('{ stations(first: 2, after: "x") { nodes { id } pageInfo { hasNextPage endCursor } } }');
    const { request } = api.standIns.only('stations.listStations');
    expect(request).toMatchObject({ page: { limit: 2, cursor: 'x' }, siteId: '', search: '', registration: 0, connectorStatuses: [] });
    expect(request['online']).toBeUndefined();
    await api.data(
      '{ stations(filter: { online: false, registration: PENDING, connectorStatuses: [SUSPENDED_EV, FAULTED] }) { nodes { id } } }',
    );
    expect(api.standIns.only('stations.listStations').request).toMatchObject({
      online: false,
      registration: RegistrationStatus.PENDING,
      connectorStatuses: ['SuspendedEV', 'Faulted'],
    });
  });

  it('a page ends where the service says', async () => {
    expect(await api.data('{ stations { pageInfo { hasNextPage endCursor } } }')).toEqual({
      stations: { pageInfo: { hasNextPage: true, endCursor: 'next' } },
    });
  });

  it('messages: those that failed, by direction and time', async () => {
    const filter = '{ failedOnly: true, direction: TO_STATION, before: "2026-03-01T10:00:00Z", text: "Boot" }';
    await api.data(`{ station(id: "${idOf('station', 1)}") { messages(first: 5, filter: ${filter}) { nodes { id } } } }`);
    expect(api.standIns.only('stations.listMessages').request).toMatchObject({
      stationId: idOf('station', 1),
      page: { limit: 5 },
      result: 'not-ok',
      direction: MessageDirection.TO_STATION,
      receivedBefore: { seconds: AT.seconds },
      text: 'Boot',
    });
  });

  it('sessions, their sums and their course over time', async () => {
    const filter = '{ status: INVALID, doubtful: false, startedFrom: "2026-03-01T10:00:00Z" }';
    const asked = { filter: { status: SessionStatus.INVALID, doubtful: false, startedFrom: { seconds: AT.seconds }, siteId: '' } };
    await api.data(
      `{ sessions(filter: ${filter}) { nodes { id } } sessionSummary(filter: ${filter}) { live }
         sessionsOverTime(filter: ${filter}, bucket: DAY) { sessions } }`,
    );
    expect(api.standIns.only('sessions.listSessions').request).toMatchObject(asked);
    expect(api.standIns.only('sessions.summarizeSessions').request).toMatchObject(asked);
    expect(api.standIns.only('sessions.summarizeByTime').request).toMatchObject({ ...asked, bucket: TimeBucket.DAY, timeZone: 'UTC' });
  });

  it.each([
    ['', IntakeIssueStatus.OPEN],
    ['(filter: {})', IntakeIssueStatus.OPEN],
    ['(filter: { status: RESOLVED })', IntakeIssueStatus.RESOLVED],
    ['(filter: { status: null })', IntakeIssueStatus.UNSPECIFIED],
  ])('issues%s', async (args, status) => {
    await api.data(`{ intakeIssues${args} { nodes { id } } }`);
    expect(api.standIns.only('intake.listIntakeIssues').request).toMatchObject({ status, stationIds: [], sessionIds: [] });
  });
});
