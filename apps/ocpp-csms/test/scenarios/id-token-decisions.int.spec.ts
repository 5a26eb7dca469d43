import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { uuidv7 } from '@ampline/kernel-ids';
import { IntakeHarness, type TestSite } from '../support/intake-harness.js';
import type { StationOnTheWire } from '../support/station-on-the-wire.js';

const HOUR_MS = 3_600_000;
const fleet = { groupId: uuidv7(), groupToken: 'FLEET' };
const tomorrow = new Date(Math.floor(Date.now() / 1_000) * 1_000 + 24 * HOUR_MS);
const yesterday = new Date(Math.floor(Date.now() / 1_000) * 1_000 - 24 * HOUR_MS);

let csms: IntakeHarness;
let site: TestSite;
let station: StationOnTheWire;
let other: StationOnTheWire;

beforeAll(async () => {
  csms = await IntakeHarness.start();
  site = await csms.site('demo');
  await csms.token(site, 'Plain-1');
  await csms.token(site, 'FLEET-1', { group: fleet });
  await csms.token(site, 'FLEET-2', { group: fleet, expiresAt: tomorrow });
  await csms.token(site, 'BLOCKED', { status: 'blocked' });
  await csms.token(site, 'REMOVED', { status: 'removed' });
  await csms.token(site, 'EXPIRED', { expiresAt: yesterday, group: fleet });
  await csms.token(site, 'TWICE', { allowConcurrent: true });
  station = await csms.station(site, 'S-1');
  other = await csms.station(site, 'S-2');
});
afterAll(() => csms.stop());

const authorized = async (idTag: string, at: StationOnTheWire = station) => (await at.send('Authorize', { idTag })).idTagInfo;

describe('Authorize', () => {
  it.each([
    ['Plain-1', { status: 'Accepted' }],
    ['pLAIN-1', { status: 'Accepted' }],
    ['FLEET-1', { status: 'Accepted', parentIdTag: 'FLEET' }],
    ['fleet-2', { status: 'Accepted', parentIdTag: 'FLEET', expiryDate: tomorrow.toISOString() }],
    ['BLOCKED', { status: 'Blocked' }],
    ['REMOVED', { status: 'Invalid' }],
    ['NOBODY-S', { status: 'Invalid' }],
    ['EXPIRED', { status: 'Expired', parentIdTag: 'FLEET', expiryDate: yesterday.toISOString() }],
  ])('%s: %j', async (idTag, info) => {
    expect(await authorized(idTag)).toEqual(info);
  });

  it('of a token of another tenant is Invalid', async () => {
    const elsewhere = await csms.station(await csms.site('elsewhere'), 'S-1');
    expect(await authorized('Plain-1', elsewhere)).toEqual({ status: 'Invalid' });
  });

  it('at a suspended tenant is Blocked', async () => {
    const suspended = await csms.site('late-payer', { suspended: true });
    await csms.token(suspended, 'CARD');
    expect(await authorized('CARD', await csms.station(suspended, 'S-1'))).toEqual({ status: 'Blocked' });
  });

  it('at a station that is not accepted yet is Invalid', async () => {
    const pending = await csms.station(site, 'S-NEW', { registration: 'pending' });
    expect(await authorized('Plain-1', pending)).toEqual({ status: 'Invalid' });
  });
});

describe('StartTransaction', () => {
  const start = (at: StationOnTheWire, idTag: string, o: { connectorId?: number; timestamp?: string } = {}) =>
    at.send('StartTransaction', { connectorId: 1, idTag, meterStart: 0, timestamp: new Date().toISOString(), ...o });

  it.each([
    ['BLOCKED', 'Blocked'],
    ['NOBODY', 'Invalid'],
    ['EXPIRED', 'Expired'],
  ])('of %s is recorded with an id of its own and answered %s', async (idTag, status) => {
    const started = await start(station, idTag);
    expect(started.idTagInfo.status).toBe(status);
    expect(started.transactionId).toBeGreaterThan(0);
    const [session] = (await csms.sessions(station)).filter(({ ocppId }) => ocppId === started.transactionId);
    expect(session).toMatchObject({ state: 'active', decision: status });
    await station.end(started.transactionId, { meterStop: 0 });
  });

  it('of a token that expired after the session began offline is Accepted', async () => {
    const began = new Date(yesterday.getTime() - HOUR_MS).toISOString();
    const started = await start(station, 'EXPIRED', { timestamp: began });
    expect(started.idTagInfo).toMatchObject({ status: 'Accepted', parentIdTag: 'FLEET' });
    await station.end(started.transactionId, { meterStop: 0 });
  });

  it('of a token that charges elsewhere is ConcurrentTx, while Authorize accepts it', async () => {
    const first = await start(station, 'Plain-1');
    expect(first.idTagInfo.status).toBe('Accepted');
    expect(await authorized('PLAIN-1', other)).toEqual({ status: 'Accepted' });
    expect((await start(other, 'plain-1')).idTagInfo.status).toBe('ConcurrentTx');
    expect((await start(station, 'Plain-1', { connectorId: 2 })).idTagInfo.status).toBe('ConcurrentTx');
  });

  it('that is repeated is answered as the first time, not ConcurrentTx', async () => {
    const begin = { connectorId: 2, timestamp: new Date().toISOString() };
    const first = await start(other, 'FLEET-1', begin);
    expect(await start(other, 'FLEET-1', begin)).toEqual(first);
    expect(first.idTagInfo).toEqual({ status: 'Accepted', parentIdTag: 'FLEET' });
  });

  it('of a token that may charge twice is Accepted twice', async () => {
    const third = await csms.station(site, 'S-3');
    expect((await start(third, 'TWICE')).idTagInfo.status).toBe('Accepted');
    expect((await start(third, 'TWICE', { connectorId: 2 })).idTagInfo.status).toBe('Accepted');
  });

  it('of one token at two stations in the same instant is Accepted once', async () => {
    await csms.token(site, 'RACER');
    const stations = await Promise.all([4, 5, 6, 7].map((n) => csms.station(site, `S-${n}`)));
    const started = await Promise.all(stations.map((at) => start(at, 'RACER')));
    expect(started.map(({ idTagInfo }) => idTagInfo.status).sort()).toEqual(['Accepted', 'ConcurrentTx', 'ConcurrentTx', 'ConcurrentTx']);
  });
});

describe('StopTransaction', () => {
  it('by another token of the group is Accepted and ends the session', async () => {
    const at = await csms.station(site, 'S-8');
    const ocppId = await at.begin({ idTag: 'FLEET-1' });
    expect((await at.end(ocppId, { idTag: 'FLEET-2', meterStop: 1_100 })).idTagInfo).toMatchObject({
      status: 'Accepted',
      parentIdTag: 'FLEET',
    });
    expect(await csms.sessions(at)).toMatchObject([{ state: 'ended', doubts: [] }]);
  });

  it('by a blocked token ends the session and says so', async () => {
    const at = await csms.station(site, 'S-9');
    const ocppId = await at.begin({ idTag: 'FLEET-1' });
    expect((await at.end(ocppId, { idTag: 'BLOCKED' })).idTagInfo).toEqual({ status: 'Blocked' });
    expect(await csms.sessions(at)).toMatchObject([{ state: 'ended' }]);
  });
});
