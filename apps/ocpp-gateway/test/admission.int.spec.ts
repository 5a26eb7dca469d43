import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { StationPathSubject, type AdmitRequests, type RefusalReason } from '@ampline/contracts';
import { Bus } from '@ampline/platform-nats';
import { testTelemetry } from '@ampline/platform-telemetry';
import { eventually } from '@ampline/platform-testing';
import { Installation, latch, type RunningGateway } from './support/installation.js';
import { ScriptedCsms } from './support/scripted-csms.js';
import { Station } from './support/station.js';

const salt = Buffer.alloc(16, 3);
const hashOf = (password: string) =>
  `s256:${salt.toString('base64')}:${createHash('sha256').update(salt).update(password).digest('base64')}`;

describe('admission of a station', () => {
  let installation: Installation;
  let csms: ScriptedCsms;
  let gateway: RunningGateway;

  beforeAll(async () => {
    installation = await Installation.start();
    csms = installation.csms;
  });
  beforeEach(async () => {
    gateway = await installation.gateway();
    csms.admissions.length = 0;
    csms.reports.length = 0;
  });
  afterEach(async () => {
    csms.judge = () => undefined;
    csms.verifier = undefined;
    await installation.clear();
  });
  afterAll(() => installation.stop());

  it('asks with all that the upgrade says', async () => {
    const station = await installation.station(gateway, 'DE*ABC:1', { protocols: ['ocpp2.0.1', 'ocpp1.6'], password: 'se:cret' });
    expect(station.ws.protocol).toBe('ocpp1.6');
    expect(csms.admissions).toEqual([
      {
        gatewayId: gateway.gateway.gatewayId,
        gatewayInstance: 'instance-0',
        tenant: 'acme',
        station: 'DE*ABC:1',
        remoteAddress: '127.0.0.1',
        basic: { username: 'DE*ABC:1', password: 'se:cret' },
        subprotocols: ['ocpp2.0.1', 'ocpp1.6'],
      },
    ]);
  });

  it('leaves the tenant to the back end when the path names none', async () => {
    const station = await Station.connect(gateway.gateway.port, { path: '/ocpp/ADM-2' });
    expect(csms.admissions[0]).not.toHaveProperty('tenant');
    expect(await station.call('1', 'Heartbeat')).toEqual([3, '1', {}]);
    station.vanish();
  });

  it('never names a subprotocol that was not offered', async () => {
    const station = await installation.station(gateway, 'ADM-3', { protocols: undefined });
    expect(station.ws.protocol).toBe('');
    expect(csms.admissions[0]?.subprotocols).toEqual([]);
    expect(await station.call('1', 'Heartbeat')).toEqual([3, '1', {}]);
  });

  it.each<[RefusalReason, number]>([
    ['unknown-station', 404],
    ['unknown-tenant', 404],
    ['ambiguous-station', 404],
    ['wrong-password', 401],
    ['password-missing', 401],
    ['identity-mismatch', 401],
    ['station-rejected', 403],
    ['tenant-suspended', 403],
    ['unsupported-subprotocol', 400],
    ['reason-of-a-later-release' as RefusalReason, 403],
  ])('refused as %s is HTTP %i, with the reason in body and log', async (reason, status) => {
    csms.judge = () => ({ outcome: 'refused', reason });
    const refusal = await Station.refused(gateway.gateway.port, { path: '/ocpp/acme/ADM-4', password: 'guessed-password' });
    expect(refusal).toMatchObject({ status, body: { code: reason } });
    expect(refusal.headers['www-authenticate']).toBe(status === 401 ? 'Basic realm="ocpp", charset="UTF-8"' : undefined);
    const line = gateway.telemetry.lines.find((l) => l['event'] === 'admission.refused');
    expect(line).toMatchObject({ level: 'warn', reason, status, tenant: 'acme', station: 'ADM-4', remoteAddress: '127.0.0.1' });
    expect(JSON.stringify(gateway.telemetry.lines)).not.toContain('guessed-password');
  });

  it.each([
    ['/graphql', 404, 'not-found'],
    ['/ocpp', 404, 'not-found'],
    ['/ocpp/a/b/c/d', 404, 'not-found'],
    ['/ocpp/acme/%ff', 400, 'malformed-path'],
    ['/ocpp/acme/%00', 400, 'malformed-path'],
  ])('%s is HTTP %i without asking anybody', async (path, status, code) => {
    expect(await Station.refused(gateway.gateway.port, { path })).toMatchObject({ status, body: { code } });
    expect(csms.admissions).toEqual([]);
  });

  it('answers what is no handshake, and what is no upgrade', async () => {
    const ask = async (headers: string) => {
      const connection = connect(gateway.gateway.port, '127.0.0.1');
      connection.write(`GET /ocpp/acme/ADM-5 HTTP/1.1\r\nHost: x\r\n${headers}\r\n`);
      let answer = '';
      connection.on('data', (chunk) => (answer += chunk.toString()));
      await eventually(() => answer.includes('}'));
      connection.destroy();
      return answer.split('\r\n')[0];
    };
    expect(await ask('Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n')).toBe('HTTP/1.1 400 Bad Request');
    expect(await ask('Connection: Upgrade\r\nUpgrade: h2c\r\n')).toBe('HTTP/1.1 400 Bad Request');
    expect(await ask('')).toBe('HTTP/1.1 426 Upgrade Required');
    expect(csms.admissions).toEqual([]);
  });

  it('sends a stranger away with 503 at once while there is no back end', async () => {
    await csms.vanish();
    const refusal = await Station.refused(gateway.gateway.port, { path: '/ocpp/acme/ADM-6' });
    await csms.start();
    expect(refusal).toMatchObject({ status: 503, body: { code: 'no-back-end' } });
    const retryAfterS = Number(refusal.headers['retry-after']);
    expect(retryAfterS).toBeGreaterThanOrEqual(5);
    expect(retryAfterS).toBeLessThanOrEqual(10);
  });

  it('lets a station that proved itself lately wait for the back end; the epoch comes from there', async () => {
    csms.verifier = { hash: hashOf('secret'), validForMs: 60_000 };
    const first = await installation.station(gateway, 'ADM-7', { password: 'secret' });
    first.end();
    await eventually(() => csms.reportsOf('closed').length === 1);
    await csms.vanish();
    expect(await Station.refused(gateway.gateway.port, { path: '/ocpp/acme/ADM-7', password: 'guessed' })).toMatchObject({ status: 503 });
    const again = installation.station(gateway, 'ADM-7', { password: 'secret' });
    await eventually(async () => /family="ocpp.admit",result="no-responders".* [3-9]/.test(await gateway.telemetry.metricsText()));
    await csms.start();
    await (await again).call('1', 'Heartbeat');
    expect(csms.calls.at(-1)).toMatchObject({ station: 'ADM-7', epoch: 2 });
  });

  it('forgets the proof when it is revoked, and disconnects when told to', async () => {
    csms.verifier = { hash: hashOf('secret'), validForMs: 60_000 };
    const bus = await Bus.connect({ url: installation.nats.url, name: 'revoker' }, testTelemetry('revoker'));
    const station = await installation.station(gateway, 'ADM.8', { password: 'secret' });
    bus.publish(StationPathSubject.revoke('acme', 'ADM.8'), JSON.stringify({ disconnect: true }));
    expect(await station.closed).toMatchObject({ code: 1008 });
    await bus.close();
    await csms.vanish();
    expect(await Station.refused(gateway.gateway.port, { path: '/ocpp/acme/ADM.8', password: 'secret' })).toMatchObject({ status: 503 });
    await csms.start();
  });

  it('holds to its number of sockets', async () => {
    const small = await installation.gateway({ maxSockets: 1 });
    await installation.station(small, 'ADM-9');
    expect(await Station.refused(small.gateway.port, { path: '/ocpp/acme/ADM-10' })).toMatchObject({ status: 503, body: { code: 'full' } });
  });

  it('asks about a bounded number of stations at once, lets a bounded number wait, and admits all of those', async () => {
    const narrow = await installation.gateway({ maxConcurrentAdmissions: 4, maxWaitingAdmissions: 20 });
    const gate = latch();
    const bus = await Bus.connect({ url: installation.nats.url, name: 'slow-csms' }, testTelemetry('slow-csms'));
    await csms.vanish();
    let asked = 0;
    let most = 0;
    const slow = bus.serve(StationPathSubject.admit, { queue: 'csms' }, async (m) => {
      const questions = (JSON.parse(m.body) as Partial<AdmitRequests>).requests?.length ?? 1;
      most = Math.max(most, (asked += questions));
      await gate.opened;
      asked -= questions;
      return { body: csms.admit(m.body) };
    });
    await bus.flush();
    const attempts = Array.from({ length: 30 }, (_, i) => Station.attempt(narrow.gateway.port, { path: `/ocpp/acme/STORM-${i}` }));
    const refused: unknown[] = [];
    for (const attempt of attempts) void attempt.then((result) => result instanceof Station || refused.push(result));
    await eventually(() => asked === 4 && refused.length === 6);
    expect(refused[0]).toMatchObject({ status: 503, body: { code: 'busy' } });
    gate.open();
    const results = await Promise.all(attempts);
    const stations = results.filter((r) => r instanceof Station);
    expect(stations).toHaveLength(24);
    expect(most).toBe(4);
    for (const station of stations) station.vanish();
    slow.unsubscribe();
    await bus.close();
    await csms.start();
  });

  it('lets others in while questions before theirs are not answered', async () => {
    const patient = await installation.gateway({ admissionTimeoutMs: 60_000 });
    const gate = latch();
    const bus = await Bus.connect({ url: installation.nats.url, name: 'half-frozen-csms' }, testTelemetry('half-frozen-csms'));
    await csms.vanish();
    let frozen = 0;
    const slow = bus.serve(StationPathSubject.admit, { queue: 'csms' }, async (m) => {
      if (m.body.includes('FROZEN')) {
        frozen += 1;
        await gate.opened;
      }
      return { body: csms.admit(m.body) };
    });
    await bus.flush();
    const kept: Promise<Station>[] = [];
    for (let i = 0; i < 3; i += 1) {
      kept.push(Station.connect(patient.gateway.port, { path: `/ocpp/acme/FROZEN-${i}` }));
      await eventually(() => frozen === i + 1);
    }
    const other = await Station.connect(patient.gateway.port, { path: '/ocpp/acme/ADM-12' });
    gate.open();
    for (const station of [other, ...(await Promise.all(kept))]) station.vanish();
    slow.unsubscribe();
    await bus.close();
    await csms.start();
  });

  it('reports a station that was admitted and did not wait as closed', async () => {
    const asked = latch();
    const gate = latch();
    const bus = await Bus.connect({ url: installation.nats.url, name: 'slow-csms' }, testTelemetry('slow-csms'));
    await csms.vanish();
    const slow = bus.serve(StationPathSubject.admit, { queue: 'csms' }, async (m) => {
      asked.open();
      await gate.opened;
      return { body: csms.admit(m.body) };
    });
    await bus.flush();
    const connection = connect(gateway.gateway.port, '127.0.0.1');
    const key = Buffer.alloc(16).toString('base64');
    connection.write(
      `GET /ocpp/acme/ADM-11 HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\n\r\n`,
    );
    await asked.opened;
    connection.resetAndDestroy();
    await once(connection, 'close');
    await csms.start();
    gate.open();
    const closed = await eventually(() => csms.reportsOf('closed').find((report) => report.stationId === csms.stationId('ADM-11')));
    expect(closed.epoch).toBe(1);
    slow.unsubscribe();
    await bus.close();
  });

  it('decides each station of a storm for itself, and tells those beyond its pace when there will be room', async () => {
    const unwanted = ({ station }: { station: string }) => station.endsWith('5');
    csms.judge = (request) => (unwanted(request) ? { outcome: 'refused', reason: 'station-rejected' } : undefined);
    const paced = await installation.gateway({ admissionsPerSecond: 20, admissionWaitMs: 200, retryAfterS: 1 });
    const attempts = await Promise.all(
      Array.from({ length: 30 }, (_, i) => Station.attempt(paced.gateway.port, { path: `/ocpp/acme/STORM-${i}` })),
    );
    const stations = attempts.filter((attempt) => attempt instanceof Station);
    const refused = attempts.filter((attempt): attempt is Exclude<typeof attempt, Station> => !(attempt instanceof Station));
    expect(stations.length).toBeGreaterThanOrEqual(5);
    expect(refused.filter(({ status }) => status === 403)).toHaveLength(csms.admissions.filter(unwanted).length);
    const away = refused.filter(({ status }) => status === 503);
    expect(away.length).toBeGreaterThanOrEqual(10);
    expect(away.every(({ body, headers }) => body.code === 'busy' && Number(headers['retry-after']) >= 1)).toBe(true);
    expect(csms.admissions).toHaveLength(30 - away.length);
    for (const station of stations) station.vanish();
  });

  it('answers every one of 2,000 that come at once', async () => {
    const busy = await installation.gateway();
    const connections = Array.from({ length: 2_000 }, () => connect(busy.gateway.port, '127.0.0.1'));
    const statuses = connections.map(async (connection, i) => {
      await once(connection, 'connect');
      connection.write(
        `GET /ocpp/acme/QUEUE-${i} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n` +
          `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: ocpp1.6\r\n\r\n`,
      );
      const [head] = (await once(connection, 'data')) as [Buffer];
      return head.toString('latin1').split(' ')[1];
    });
    const answers = await Promise.all(statuses);
    for (const connection of connections) connection.destroy();
    expect(answers.filter((status) => status !== '101')).toEqual([]);
  });
});
