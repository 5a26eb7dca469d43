import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  OnboardingMode,
  OnboardingService,
  RegistrationStatus,
  StationPathSubject,
  type AdmitReply,
  type AdmitRequest,
} from '@ampline/contracts';
import type { Client } from '@ampline/platform-grpc';
import { eventually } from '@ampline/platform-testing';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { answers, FakeSocket } from './support/fake-gateway.js';
import { codeOf, RunningCsms, type TestTenant } from './support/running-csms.js';
import { StationOnTheWire } from './support/station-on-the-wire.js';

let csms: RunningCsms;
let demo: TestTenant;
let other: TestTenant;
let door: Client<typeof OnboardingService>;
let addresses = 0;

beforeAll(async () => {
  csms = await RunningCsms.start({}, 2);
  demo = await csms.tenant('demo');
  other = await csms.tenant('other');
  door = csms.as('operator', demo.tenantId).onboarding;
});
afterAll(() => csms.stop());

/** Each test knocks from an address of its own. */
const nextAddress = () => `192.0.2.${(addresses += 1)}`;

async function knock(station: string, o: Partial<AdmitRequest> & { password?: string } = {}): Promise<AdmitReply> {
  const { password, ...rest } = o;
  const request: AdmitRequest = {
    ...{ gatewayId: 'gw-1', gatewayInstance: 'a', tenant: 'demo', station, remoteAddress: nextAddress(), subprotocols: ['ocpp1.6'] },
    ...(password !== undefined && { basic: { username: station, password } }),
    ...rest,
  };
  return JSON.parse((await csms.bus.request(StationPathSubject.admit, JSON.stringify(request), { timeoutMs: 10_000 })).body) as AdmitReply;
}

async function policy(mode: OnboardingMode, o: { maxPending?: number; maxPerHour?: number } = {}): Promise<void> {
  const limits = { maxPending: 100, maxPerHour: 1_000, ...o };
  await door.setOnboardingPolicy({ policy: { mode, locationId: demo.locationId, ...limits } });
}

async function newToken(o: { maxUses?: number } = {}) {
  const expiresAt = timestampFromDate(new Date(Date.now() + 3_600_000));
  const made = await door.createRegistrationToken({ name: 'Harbour', locationId: demo.locationId, expiresAt, maxUses: o.maxUses ?? 10 });
  return { token: made.token, tokenId: made.registrationToken?.tokenId ?? '' };
}

const unknown = async () => (await door.listUnknownStations({ page: { limit: 500 } })).stations;
const countOf = async (identity: string) =>
  (await csms.admin.query<{ n: number }>('SELECT count(*)::int AS n FROM charging_station WHERE identity ILIKE $1', [identity])).rows[0]?.n;

function onTheWire(reply: AdmitReply): StationOnTheWire {
  if (reply.outcome !== 'accepted') throw new Error(`refused: ${reply.reason}`);
  const { tenantId, tenant, stationId, station: identity, epoch } = reply;
  const station = new StationOnTheWire(csms.bus, { tenantId, tenant, stationId, identity });
  station.epoch = epoch;
  return station;
}

const BOOT = { chargePointVendor: 'Maker', chargePointModel: 'M1', firmwareVersion: '1.2' };

describe('without a policy', () => {
  it('an unknown identity is refused, and seen by its tenant alone', async () => {
    expect(await knock('STRANGER', { remoteAddress: '198.51.100.7' })).toEqual({ outcome: 'refused', reason: 'unknown-station' });
    expect(await knock('stranger', { remoteAddress: '198.51.100.8' })).toEqual({ outcome: 'refused', reason: 'unknown-station' });
    const seen = await eventually(async () => (await unknown()).find(({ attempts }) => attempts === 2n));
    expect(seen).toMatchObject({ identity: 'stranger', remoteAddress: '198.51.100.8', reason: 'unknown-station', blocked: false });
    const theirs = await csms.as('operator', other.tenantId).onboarding.listUnknownStations({});
    expect(theirs.stations).toEqual([]);
  });
});

describe('under the policy pending', () => {
  it('a station waits, tells what it is, and is accepted with one call', async () => {
    await policy(OnboardingMode.PENDING);
    const station = onTheWire(await knock('NEW-1', { password: 'what-it-came-with' }));
    expect(await station.send('BootNotification', BOOT)).toMatchObject({ status: 'Pending' });
    const { stations, commands } = csms.as('operator', demo.tenantId);
    const waiting = await stations.listStations({ registration: RegistrationStatus.PENDING });
    expect(waiting.stations).toMatchObject([{ identity: 'NEW-1', vendor: 'Maker', model: 'M1', firmwareVersion: '1.2' }]);
    const start = { stationId: station.stationId, idToken: 'CARD' };
    expect(await codeOf(commands.requestStart(start))).toBe('csms.station-pending');

    await station.report('opened');
    const socket = await FakeSocket.open(csms.bus, 'demo', 'NEW-1', station.epoch, answers({ status: 'Accepted' }));
    const evses = [{ code: 'DE*AMP*ENEW1*1', connectors: [{ type: 'cType2', maxPowerW: 11_000n }] }];
    const accepted = await door.acceptStation({ stationId: station.stationId, locationId: demo.locationId, evses });
    expect(accepted.station).toMatchObject({ registration: RegistrationStatus.ACCEPTED, evses: [{ code: 'DE*AMP*ENEW1*1' }] });
    await eventually(() => socket.executed.some(({ action }) => action === 'TriggerMessage'));
    expect(await station.send('BootNotification', BOOT)).toMatchObject({ status: 'Accepted' });
    expect(await codeOf(door.acceptStation({ stationId: station.stationId, locationId: demo.locationId, evses }))).toBe(
      'csms.onboarding.not-pending',
    );
    await socket.close();
  });

  it('keeps the password it came with: nobody else comes under its name', async () => {
    await knock('NEW-2', { password: 'the-first-password' });
    expect(await knock('NEW-2', { password: 'another-password!' })).toEqual({ outcome: 'refused', reason: 'wrong-password' });
    expect(await knock('NEW-2')).toEqual({ outcome: 'refused', reason: 'password-missing' });
    expect(await knock('NEW-2', { password: 'the-first-password' })).toMatchObject({ outcome: 'accepted' });
  });

  it('that comes to two replicas at once, many times, is one station', async () => {
    const replies = await Promise.all(Array.from({ length: 30 }, (_, i) => knock(i % 2 === 0 ? 'TWICE' : 'twice')));
    expect(replies.every(({ outcome }) => outcome === 'accepted')).toBe(true);
    expect(await countOf('twice')).toBe(1);
  });

  it('not more come than the policy allows, at once and in an hour', async () => {
    const waiting = (await csms.as('operator', demo.tenantId).stations.listStations({ registration: RegistrationStatus.PENDING })).stations;
    await policy(OnboardingMode.PENDING, { maxPending: waiting.length + 3 });
    const replies = await Promise.all(Array.from({ length: 12 }, (_, i) => knock(`FULL-${i}`)));
    expect(replies.filter(({ outcome }) => outcome === 'accepted')).toHaveLength(3);
    expect(replies.filter((reply) => reply.outcome === 'refused' && reply.reason === 'registration-full')).toHaveLength(9);
    await policy(OnboardingMode.PENDING, { maxPerHour: 1 });
    expect(await knock('LATER')).toEqual({ outcome: 'refused', reason: 'registration-full' });
  });

  it('one that is blocked, that is called what no station may be, or that has nobody as its tenant stays outside', async () => {
    await policy(OnboardingMode.PENDING);
    await door.blockUnknownStation({ identity: 'ROGUE', blocked: true });
    expect(await knock('rogue')).toEqual({ outcome: 'refused', reason: 'station-rejected' });
    for (const name of ['a b', 'x'.repeat(49), '..', 'a/b', 'nul\0']) {
      expect(await knock(name)).toEqual({ outcome: 'refused', reason: 'unknown-station' });
    }
    expect(await knock('NOWHERE', { tenant: 'nobody' })).toEqual({ outcome: 'refused', reason: 'unknown-tenant' });
    expect(await knock('NOWHERE', { tenant: 'other' })).toEqual({ outcome: 'refused', reason: 'unknown-station' });
    expect(await knock('WRONG', { subprotocols: ['ocpp2.1'] })).toMatchObject({ outcome: 'refused' });
    expect(await countOf('WRONG')).toBe(0);
  });
});

describe('a registration token', () => {
  it('lets a station in at once; it gets a password of its own at its first boot', async () => {
    await policy(OnboardingMode.TOKEN);
    const { token, tokenId } = await newToken();
    expect(await knock('TOK-1')).toEqual({ outcome: 'refused', reason: 'token-missing' });
    expect(await knock('TOK-1', { password: 'nobody-made-this-one' })).toEqual({ outcome: 'refused', reason: 'token-invalid' });
    const station = onTheWire(await knock('TOK-1', { password: token }));
    await station.report('opened');
    const socket = await FakeSocket.open(csms.bus, 'demo', 'TOK-1', station.epoch, answers({ status: 'Accepted' }));
    expect(await station.send('BootNotification', BOOT)).toMatchObject({ status: 'Accepted' });
    const asked = await eventually(() => socket.executed.find(({ payload }) => (payload as { key?: string }).key === 'AuthorizationKey'));
    const { value } = asked.payload as { value: string };
    expect(value).toMatch(/^[0-9a-f]{40}$/);
    await eventually(async () => (await knock('TOK-1', { password: value })).outcome === 'accepted');
    expect(await knock('TOK-1', { password: token })).toEqual({ outcome: 'refused', reason: 'wrong-password' });
    const { tokens } = await door.listRegistrationTokens({});
    expect(tokens.find((one) => one.tokenId === tokenId)).toMatchObject({ uses: 1, shared: 0 });
    await socket.close();
  });

  it('whose answer was lost: the station is let in with the one or the other', async () => {
    const { token } = await newToken();
    const station = onTheWire(await knock('TOK-2', { password: token }));
    await station.report('opened');
    const socket = await FakeSocket.open(csms.bus, 'demo', 'TOK-2', station.epoch, (command) => ({
      outcome: 'timeout',
      messageId: command.commandId.slice(-12),
      requestFrame: '[]',
    }));
    await station.send('BootNotification', BOOT);
    const asked = await eventually(() => socket.executed.find(({ payload }) => (payload as { key?: string }).key === 'AuthorizationKey'));
    expect(await knock('TOK-2', { password: token })).toMatchObject({ outcome: 'accepted' });
    const { value } = asked.payload as { value: string };
    expect(await knock('TOK-2', { password: value })).toMatchObject({ outcome: 'accepted' });
    expect(await knock('TOK-2', { password: token })).toEqual({ outcome: 'refused', reason: 'wrong-password' });
    await socket.close();
  });

  it('is used so often and no more, also at once; not when it is revoked, and not in another tenant', async () => {
    const { token, tokenId } = await newToken({ maxUses: 2 });
    const replies = await Promise.all(Array.from({ length: 6 }, (_, i) => knock(`USE-${i}`, { password: token })));
    expect(replies.filter(({ outcome }) => outcome === 'accepted')).toHaveLength(2);
    const fresh = await newToken();
    const theirs = csms.as('operator', other.tenantId).onboarding;
    await theirs.setOnboardingPolicy({ policy: { mode: OnboardingMode.TOKEN, maxPending: 1, maxPerHour: 1 } });
    expect(await knock('USE-X', { tenant: 'other', password: fresh.token })).toEqual({ outcome: 'refused', reason: 'token-invalid' });
    expect(await codeOf(theirs.revokeRegistrationToken({ tokenId: fresh.tokenId }))).toBe('csms.onboarding.token-unknown');
    await door.revokeRegistrationToken({ tokenId: fresh.tokenId });
    expect(await knock('USE-Y', { password: fresh.token })).toEqual({ outcome: 'refused', reason: 'token-invalid' });
    expect((await door.listRegistrationTokens({})).tokens.find((one) => one.tokenId === tokenId)).toMatchObject({ uses: 2, shared: 2 });
  });

  it('is nowhere in what is stored, logged and told', async () => {
    const { token } = await newToken();
    await knock('TOK-3', { password: token });
    const lines = csms.replicas.flatMap(({ telemetry }) => telemetry.lines);
    expect(JSON.stringify(lines)).not.toContain(token);
    const { rows } = await csms.admin.query<{ found: boolean }>(
      'SELECT EXISTS (SELECT FROM outbox WHERE position($1 IN payload) > 0) OR EXISTS (SELECT FROM registration_token t WHERE position($1 IN t::text) > 0) AS found',
      [token],
    );
    expect(rows[0]?.found).toBe(false);
  });
});

describe('a flood of unknown identities', () => {
  it('from one address is held back, and fills no table', async () => {
    await policy(OnboardingMode.REJECT);
    const remoteAddress = '203.0.113.1';
    const replies = await Promise.all(Array.from({ length: 400 }, (_, i) => knock(`ONE-${i}`, { remoteAddress })));
    const held = replies.filter((reply) => reply.outcome === 'refused' && reply.reason === 'too-many-attempts');
    expect(held.length).toBeGreaterThan(200);
    expect(await knock('SOMEBODY', {})).toEqual({ outcome: 'refused', reason: 'unknown-station' });
  });

  it('from many addresses leaves the last 500 and whoever is blocked', async () => {
    await door.blockUnknownStation({ identity: 'KEPT', blocked: true });
    for (let n = 0; n < 900; n += 300) {
      await Promise.all(Array.from({ length: 300 }, (_, i) => knock(`MANY-${n + i}`, { remoteAddress: `10.0.${n / 300}.${i % 250}` })));
    }
    await eventually(async () => (await unknown()).length === 500);
    await knock('LAST');
    await eventually(async () => (await unknown())[0]?.identity === 'LAST');
    const { rows } = await csms.admin.query<{ n: number }>(
      'SELECT count(*)::int AS n FROM unknown_station WHERE NOT blocked AND tenant_id = $1',
      [demo.tenantId],
    );
    expect(rows[0]?.n).toBe(500);
    const blocked = await csms.admin.query(`SELECT 1 FROM unknown_station WHERE identity = 'KEPT'`);
    expect(blocked.rowCount).toBe(1);
  });
});

describe('who may decide on unknown stations', () => {
  it('no reader, and nobody in another tenant’s place', async () => {
    const reader = csms.as('support', demo.tenantId).onboarding;
    expect(await codeOf(reader.setOnboardingPolicy({ policy: { mode: OnboardingMode.REJECT, maxPending: 1, maxPerHour: 1 } }))).toBe(
      'grpc.role-missing',
    );
    const theirs = csms.as('operator', other.tenantId).onboarding;
    const wanted = { mode: OnboardingMode.PENDING, locationId: demo.locationId, maxPending: 1, maxPerHour: 1 };
    expect(await codeOf(theirs.setOnboardingPolicy({ policy: wanted }))).toBe('csms.location-unknown');
    expect(await codeOf(door.setOnboardingPolicy({ policy: { ...wanted, locationId: '' } }))).toBe('csms.invalid-field');
  });
});
