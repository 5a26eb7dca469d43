import { once } from 'node:events';
import {
  accessRevoked,
  factSubject,
  LiveSubject,
  RegistrationStatus,
  sessionStarted,
  SessionStatus,
  stationChanged,
  StationPathSubject,
  userChanged,
  type FactType,
} from '@ampline/contracts';
import { eventually } from '@ampline/platform-testing';
import { create, toJsonString, type DescMessage, type MessageInitShape } from '@bufbuild/protobuf';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { WebSocket } from 'ws';
import { RunningGateway } from './support/running-gateway.js';
import { SocketClient } from './support/socket-client.js';
import { idOf, station } from './support/world.js';

const STATIONS = 'subscription { stationChanged { __typename ... on Station { identity online } ... on Resync { reason } } }';
const SESSIONS = 'subscription { sessionChanged { __typename ... on Session { id status } ... on Resync { reason } } }';

describe('what is live', () => {
  let gateway: RunningGateway;
  const clients: SocketClient[] = [];
  const as = (who: string, o: { retries?: number } = {}) => {
    const client = new SocketClient(gateway.url, () => gateway.as(who), o);
    clients.push(client);
    return client;
  };
  const tell = <D extends DescMessage>(type: FactType<D>, tenant: string, key: string, payload: MessageInitShape<D>) =>
    gateway.bus.publish(factSubject(type, tenant, key), toJsonString(type.schema, create(type.schema, payload)));
  const tellStation = (tenant: string, n: number) => tell(stationChanged, tenant, idOf('station', n), station(n));
  const tellSession = (id: string, authorization: { driverId?: string; organisationId?: string }) =>
    tell(sessionStarted, 'demo', id, {
      sessionId: id,
      version: 1n,
      status: SessionStatus.ACTIVE,
      station: { stationId: 's' },
      authorization,
    });
  /** The subscription stands once something told after it has arrived. */
  const standing = (read: { events: unknown[] }, again: () => void) =>
    eventually(() => {
      again();
      return read.events.length > 0;
    });

  beforeAll(async () => {
    gateway = await RunningGateway.start({ API_GATEWAY_SOCKETS_PER_CALLER: '3', API_GATEWAY_SUBSCRIPTIONS_PER_SOCKET: '4' });
    gateway.callers
      .person('fleet', ['fleet-manager'], { organisationId: 'organisation-1' })
      .person('stranger', ['operator'], { tenantId: 'other-id', tenantSlug: 'other' })
      .guest('guest-secret', `session:${idOf('session', 7)}`);
    gateway.answer({
      sessions: { getSession: ({ sessionId }) => ({ record: { session: { sessionId, station: { siteId: idOf('site', 1) } } } }) },
      stations: { getStation: ({ stationId }) => ({ station: { ...station(1), stationId, registration: RegistrationStatus.ACCEPTED } }) },
    });
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) await client.stop();
  });
  afterAll(() => gateway.stop());

  it('arrives within a second, of the own tenant alone', async () => {
    const [mine, theirs] = [as('operator').read(STATIONS), as('stranger').read(STATIONS)];
    await standing(mine, () => tellStation('demo', 1));
    await standing(theirs, () => tellStation('other', 2));
    const told = performance.now();
    tellStation('demo', 3);
    await eventually(() => mine.events.some((event) => JSON.stringify(event).includes('ST-3')), { timeoutMs: 1_000 });
    expect(performance.now() - told).toBeLessThan(1_000);
    expect(JSON.stringify(theirs.events)).not.toMatch(/ST-1|ST-3/);
    expect(JSON.stringify(mine.events)).not.toContain('ST-2');
  });

  it('shows drivers, fleet managers and guests what is theirs', async () => {
    const [staff, driver, fleet] = ['operator', 'driver', 'fleet'].map((who) => as(who).read(SESSIONS));
    const guest = new SocketClient(gateway.url, () => 'Guest guest-secret');
    clients.push(guest);
    const guests = guest.read(SESSIONS);
    const tellAll = () => {
      tellSession(idOf('session', 1), { driverId: 'driver-1' });
      tellSession(idOf('session', 2), { driverId: 'driver-2', organisationId: 'organisation-1' });
      tellSession(idOf('session', 3), { organisationId: 'organisation-2' });
      tellSession(idOf('session', 7), {});
    };
    const ids = (read: { events: unknown[] }) => [...new Set(JSON.stringify(read.events).match(/019f[0-9a-f-]{32}/g))].sort();
    const readers = [staff, driver, fleet, guests] as { events: unknown[] }[];
    await eventually(() => {
      tellAll();
      return readers.every((read) => read.events.length > 0);
    });
    tellAll();
    await eventually(() => ids(readers[0] as { events: unknown[] }).length === 4);
    expect(readers.map(ids)).toEqual([
      [1, 2, 3, 7].map((n) => idOf('session', n)),
      [idOf('session', 1)],
      [idOf('session', 2)],
      [idOf('session', 7)],
    ]);
  });

  it('tells of a gap, so that nothing old is taken for new', async () => {
    const client = as('operator');
    const read = client.read(STATIONS);
    await standing(read, () => tellStation('demo', 1));
    await gateway.nats.restart();
    await eventually(() => JSON.stringify(read.events).includes('BUS_RECONNECTED'), { timeoutMs: 10_000 });
    await eventually(
      () => {
        tellStation('demo', 4);
        return JSON.stringify(read.events.at(-1)).includes('ST-4');
      },
      { timeoutMs: 10_000 },
    );
    expect(client.closes).toEqual([]);
  });

  it('asks csms for the messages of a station for as long as they are watched', async () => {
    const watches: string[] = [];
    const subscription = gateway.bus.connection.subscribe(LiveSubject.allMessageWatches, {
      callback: (_, { subject }) => void watches.push(subject),
    });
    await gateway.bus.flush();
    const read = as('operator').read('subscription ($id: ID!) { messageLogged(stationId: $id) { ... on OcppMessage { requestFrame } } }', {
      id: idOf('station', 1),
    });
    await eventually(() => watches.includes(LiveSubject.watchMessages('demo', 'ST-1')), { timeoutMs: 1_000 });
    const line = { messageUuid: 'm', stationId: idOf('station', 1), receivedAt: 'now', direction: 'from-station', requestFrame: '[2]' };
    await standing(read, () => gateway.bus.publish(LiveSubject.message('demo', 'ST-1'), JSON.stringify({ ...line, deviations: [] })));
    read.stop();
    subscription.unsubscribe();
  });

  it('has the readings of one session', async () => {
    const read = as('operator').read('subscription ($id: ID!) { sessionReading(sessionId: $id) { ... on Reading { powerW } } }', {
      id: idOf('session', 1),
    });
    const readings = [
      { sessionId: idOf('session', 2), at: '2026-03-01T10:00:00.000Z', registerWh: null, powerW: 1, socPercent: null },
      { sessionId: idOf('session', 1), at: '2026-03-01T10:00:00.000Z', registerWh: '5', powerW: 11_000, socPercent: null },
      { sessionId: null, at: '2026-03-01T10:00:00.000Z', registerWh: null, powerW: 2, socPercent: null },
    ];
    const subject = StationPathSubject.telemetry('demo', idOf('site', 1));
    await standing(read, () => gateway.bus.publish(subject, JSON.stringify({ readings })));
    expect(new Set(read.events.map((event) => JSON.stringify(event)))).toEqual(new Set(['{"sessionReading":{"powerW":11000}}']));
  });

  it('is refused to roles that may not, field by field', async () => {
    await expect(as('driver').read(STATIONS).ended).resolves.toEqual([
      expect.objectContaining({
        extensions: expect.objectContaining({ code: 'FORBIDDEN', details: { field: 'Subscription.stationChanged' } }),
      }),
    ]);
    await expect(as('operator').read('{ viewer { id } }').ended).resolves.toEqual([
      expect.objectContaining({ extensions: expect.objectContaining({ code: 'api.socket-for-subscriptions' }) }),
    ]);
  });

  it('is refused without a credential that holds, for good', async () => {
    for (const credential of ['', 'Bearer nonsense', 'ApiKey nobody']) {
      const client = new SocketClient(gateway.url, () => credential, { retries: 5 });
      clients.push(client);
      expect(await client.read(STATIONS).ended).toMatchObject({ code: 4401 });
      expect(client.closes).toEqual([4401]);
    }
  });

  it('is refused to pages of other origins', async () => {
    const client = new SocketClient(gateway.url, () => gateway.as('operator'), { origin: 'https://evil.example' });
    clients.push(client);
    await client.read(STATIONS).ended;
    expect(client.connections).toBe(0);
  });

  it('has its bounds: sockets of a caller, subscriptions of a socket', async () => {
    const sockets = [as('operator'), as('operator'), as('operator')];
    for (const socket of sockets) await standing(socket.read(STATIONS), () => tellStation('demo', 1));
    expect(await as('operator').read(STATIONS).ended).toMatchObject({ code: 1013 });
    const [first] = sockets as [SocketClient];
    for (let i = 0; i < 3; i++) first.read(STATIONS);
    await expect(first.read(STATIONS).ended).resolves.toEqual([
      expect.objectContaining({ extensions: expect.objectContaining({ code: 'api.too-many-subscriptions' }) }),
    ]);
  });

  it('cuts off whoever lets answers pile up unread, logged in or not', async () => {
    const socket = new WebSocket(`${gateway.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    await once(socket, 'open');
    const closed = once(socket, 'close');
    socket.on('error', () => undefined).pause();
    const ping = JSON.stringify({ type: 'ping', payload: { text: 'x'.repeat(90_000) } });
    const sent = Array.from({ length: 300 }, () => new Promise((resolve) => socket.send(ping, resolve)));
    await Promise.all(sent);
    socket.resume();
    expect((await closed)[0]).toBe(1_006);
  });

  it('comes back with a fresh token when the one it was opened with ends', async () => {
    let lifeS = 2;
    const client = new SocketClient(gateway.url, () => gateway.as('operator', lifeS), { retries: 5 });
    clients.push(client);
    const read = client.read(STATIONS);
    await standing(read, () => tellStation('demo', 1));
    lifeS = 300;
    await eventually(() => client.connections === 2, { timeoutMs: 5_000 });
    expect(client.closes).toEqual([4403]);
    read.events.splice(0);
    await standing(read, () => tellStation('demo', 5));
  });

  it('ends at once for whoever is disabled, and begins anew for whoever has other roles', async () => {
    gateway.callers.person('leaver', ['operator']).person('mover', ['operator']);
    const [leaver, mover] = [as('leaver', { retries: 5 }), as('mover', { retries: 5 })];
    const reads = [leaver.read(STATIONS), mover.read(STATIONS)] as const;
    for (const read of reads) await standing(read, () => tellStation('demo', 1));
    gateway.callers.forget('leaver');
    gateway.callers.person('mover', ['driver']);
    for (const who of ['leaver', 'mover']) gateway.bus.publish(factSubject(userChanged, 'demo', who), '{}');
    await eventually(() => leaver.closes.includes(4401) && mover.closes.includes(4403), { timeoutMs: 2_000 });
    expect(await reads[1].ended).toEqual([expect.objectContaining({ extensions: expect.objectContaining({ code: 'FORBIDDEN' }) })]);
  });

  it('goes on for whoever a fact says nothing new of', async () => {
    const client = as('operator');
    const read = client.read(STATIONS);
    await standing(read, () => tellStation('demo', 1));
    gateway.bus.publish(factSubject(accessRevoked, 'demo', 'operator'), '{}');
    const before = gateway.callers.exchanges;
    await eventually(() => gateway.callers.exchanges > before);
    read.events.splice(0);
    await standing(read, () => tellStation('demo', 6));
    expect(client.closes).toEqual([]);
  });
});

describe('a replica that stops', () => {
  it('sends its clients elsewhere, and is gone within seconds', async () => {
    const gateway = await RunningGateway.start();
    const client = new SocketClient(gateway.url, () => gateway.as('operator'));
    const read = client.read('subscription { platformStatusChanged { live } }');
    await eventually(() => read.events.length > 0);
    const begun = performance.now();
    await gateway.stopGateway();
    expect(performance.now() - begun).toBeLessThan(5_000);
    await eventually(() => client.closes.length > 0);
    expect(client.closes).toEqual([1001]);
    await client.stop();
    await gateway.stop();
  });
});
