import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SignedVerdict, type StationState } from '@ampline/contracts';
import { uuidv7 } from '@ampline/kernel-ids';
import { eventually } from '@ampline/platform-testing';
import { ocmfText, SIGNATURE_ALGORITHMS, SigningMeter, type SignatureAlgorithmName, type WrittenReading } from '@ampline/protocol-ocmf';
import { codeOf, RunningCsms, type TestTenant } from './support/running-csms.js';
import { StationOnTheWire } from './support/station-on-the-wire.js';

const ID_TOKEN = '04A1B2C3D4E5F6';
const OWNER = { driverId: uuidv7(), organisationId: uuidv7() };

let csms: RunningCsms;
let tenant: TestTenant;
let other: TestTenant;
let stations = 0;
let sessions = 0;

beforeAll(async () => {
  csms = await RunningCsms.start();
  tenant = await csms.tenant('demo');
  other = await csms.tenant('other');
  await csms.admin.query(
    `INSERT INTO id_token (id_token_id, tenant_id, id_token, status, allow_concurrent, version, driver_id, organisation_id)
     VALUES ($1, $2, $3, 'active', true, 1, $4, $5)`,
    [uuidv7(), tenant.tenantId, ID_TOKEN, OWNER.driverId, OWNER.organisationId],
  );
});
afterAll(() => csms.stop());

const metering = (at: TestTenant = tenant) => csms.as('operator', at.tenantId).metering;

/** A station whose meter signs, and what is needed to charge at it. */
async function signingStation(algorithm: SignatureAlgorithmName = 'ECDSA-secp256r1-SHA256') {
  stations += 1;
  const identity = `SIGN-${stations}`;
  const station: StationState = await csms.station(tenant, identity, { evses: 2 });
  const wire = new StationOnTheWire(csms.bus, { tenantId: tenant.tenantId, tenant: tenant.slug, stationId: station.stationId, identity });
  await wire.admit();
  const meter = new SigningMeter(algorithm, { MS: `METER-${stations}`, IS: true, IT: 'ISO14443' });
  const register = (o: { evseNumber?: number; meterSerial?: string; meter?: SigningMeter } = {}) =>
    metering().registerMeterKey({ stationId: station.stationId, publicKey: (o.meter ?? meter).key.spki.toString('hex'), ...o });
  return { station, wire, meter, register };
}

const startedAt = new Date(Date.now() - 3_600_000);
const endedAt = new Date(Date.now() - 60_000);
const meterTime = (at: Date) => `${at.toISOString().replace('.', ',').replace('Z', '+0000')} S`;
const reading = (TX: string, wh: number, at: Date): WrittenReading => {
  return { TM: meterTime(at), TX, RV: (wh / 1_000).toFixed(3), RI: '1-0:1.8.0', RU: 'kWh', EF: '', ST: 'G' };
};
const BEGIN = reading('B', 1_000, startedAt);
const END = reading('E', 8_000, endedAt);

const signedValue = (context: string, value: string, at = endedAt) => ({
  timestamp: at.toISOString(),
  sampledValue: [{ value, format: 'SignedData', context }],
});

/** Each at a time of its own: the same begin again would be a repetition. */
function begin(wire: StationOnTheWire): Promise<number> {
  sessions += 1;
  return wire.begin({ idTag: ID_TOKEN, timestamp: new Date(startedAt.getTime() + sessions).toISOString() });
}

/** Charges 7,000 Wh; answers the id of the session. */
async function charge(wire: StationOnTheWire, transactionData: unknown[], whileRunning: unknown[] = []): Promise<string> {
  const ocppId = await begin(wire);
  for (const meterValue of whileRunning) {
    await wire.send('MeterValues', { connectorId: 1, transactionId: ocppId, meterValue: [meterValue] });
  }
  await wire.end(ocppId, { timestamp: endedAt.toISOString(), transactionData });
  return sessionOf(ocppId);
}

async function sessionOf(ocppId: number): Promise<string> {
  const { rows } = await csms.admin.query<{ transaction_id: string }>('SELECT transaction_id FROM ocpp_transaction WHERE ocpp_id = $1', [
    ocppId,
  ]);
  return rows[0]?.transaction_id ?? '';
}

const toldOf = async (sessionId: string) => (await csms.facts(sessionId)).at(-1)?.payload as Record<string, unknown>;
const issuesOf = async (sessionId: string) => {
  const { issues } = await csms.as('operator', tenant.tenantId).issues.listIntakeIssues({ sessionId });
  return issues.map(({ state, detailJson }) => ({ reason: state?.reason, detail: JSON.parse(detailJson) as Record<string, unknown> }));
};

describe.each(Object.keys(SIGNATURE_ALGORITHMS) as SignatureAlgorithmName[])('a meter that signs with %s', (algorithm) => {
  it('has its session verified, and a tampered one marked', async () => {
    const { wire, meter, register } = await signingStation(algorithm);
    await register();
    const value = ocmfText(meter.record([BEGIN, END], { ID: ID_TOKEN }));
    const good = await charge(wire, [signedValue('Transaction.End', value)]);
    expect(await toldOf(good)).toMatchObject({
      signedValues: { verdict: 'SIGNED_VERDICT_VERIFIED', algorithm, publicKey: meter.key.spki.toString('base64'), values: [value] },
    });
    expect((await toldOf(good))['doubts']).toBeUndefined();
    expect(await issuesOf(good)).toEqual([]);

    const tampered = ocmfText(meter.record([BEGIN, END], { ID: ID_TOKEN })).replace('8.000', '7.900');
    const bad = await charge(wire, [signedValue('Transaction.End', tampered)]);
    expect(await toldOf(bad)).toMatchObject({
      energyWh: '7000',
      doubts: ['signed-values-wrong'],
      signedValues: { verdict: 'SIGNED_VERDICT_WRONG', reason: 'signature-wrong', values: [tampered] },
    });
    expect(await issuesOf(bad)).toEqual([
      { reason: 'signed-values-wrong', detail: { verdict: 'wrong', reason: 'signature-wrong', recordedWh: '7000' } },
    ]);
  });
});

describe('signed values', () => {
  it('are taken from meter values while charging and from the stop, in any form, and kept byte for byte', async () => {
    const { wire, meter, register } = await signingStation();
    await register({ evseNumber: 1, meterSerial: `METER-${stations}` });
    const first = ocmfText(meter.record([BEGIN], { ID: ID_TOKEN }));
    const last = Buffer.from(ocmfText(meter.record([END], { ID: ID_TOKEN }))).toString('base64');
    const sessionId = await charge(
      wire,
      [signedValue('Transaction.Begin', first, startedAt), signedValue('Transaction.End', last)],
      [signedValue('Transaction.Begin', first, startedAt)],
    );
    const answer = await metering().getSignedValues({ sessionId });
    expect(answer).toMatchObject({ verdict: { verdict: SignedVerdict.VERIFIED, values: [first, last] }, energyMilliWh: 7_000_000n });
    expect(answer.values.map(({ context, value, format }) => ({ context, value, format }))).toEqual([
      { context: 'Transaction.Begin', value: first, format: 'OCMF' },
      { context: 'Transaction.End', value: last, format: 'OCMF' },
    ]);
  });

  it('without a key are marked and raise no issue; the key that is registered later verifies them', async () => {
    const { wire, meter, register } = await signingStation();
    const sessionId = await charge(wire, [signedValue('Transaction.End', ocmfText(meter.record([BEGIN, END], { ID: ID_TOKEN })))]);
    expect(await toldOf(sessionId)).toMatchObject({
      doubts: ['signed-values-unverified'],
      signedValues: { verdict: 'SIGNED_VERDICT_UNVERIFIABLE', reason: 'key-unknown' },
    });
    expect(await issuesOf(sessionId)).toEqual([]);
    await register();
    const told = await eventually(async () => {
      const newest = await toldOf(sessionId);
      return newest['doubts'] === undefined ? newest : undefined;
    });
    expect(told).toMatchObject({ signedValues: { verdict: 'SIGNED_VERDICT_VERIFIED' } });
  });

  it('that come after the stop have the session judged again, and settle its issue', async () => {
    const { wire, meter, register } = await signingStation();
    await register();
    const [first, last] = [ocmfText(meter.record([BEGIN], { ID: ID_TOKEN })), ocmfText(meter.record([END], { ID: ID_TOKEN }))];
    const ocppId = await begin(wire);
    await wire.end(ocppId, { timestamp: endedAt.toISOString(), transactionData: [signedValue('Transaction.Begin', first)] });
    const sessionId = await sessionOf(ocppId);
    expect(await issuesOf(sessionId)).toMatchObject([{ reason: 'signed-values-unverified', detail: { reason: 'end-missing' } }]);
    await wire.send('MeterValues', { connectorId: 1, transactionId: ocppId, meterValue: [signedValue('Transaction.End', last)] });
    await eventually(async () => ((await toldOf(sessionId))['doubts'] === undefined ? true : undefined));
    const { issues } = await csms.as('operator', tenant.tenantId).issues.listIntakeIssues({ sessionId, status: 2 });
    expect(issues).toMatchObject([{ state: { reason: 'signed-values-unverified', resolution: 'settled-by-later-message' } }]);
  });

  it('that are absent where the meter has a key, or of another format, are no silent session', async () => {
    const { wire, register } = await signingStation();
    await register();
    const unsigned = await charge(wire, []);
    expect(await issuesOf(unsigned)).toMatchObject([{ reason: 'signed-values-unverified', detail: { reason: 'no-record' } }]);
    const foreign = await charge(wire, [signedValue('Transaction.End', 'AP;0;3;ALCV3ABBBISHMA2RYEGAZE3HV5YQBQRAEHAR2MNOAAAAAAAA')]);
    expect(await issuesOf(foreign)).toMatchObject([{ reason: 'signed-values-unverified', detail: { reason: 'format-unknown' } }]);
  });

  it('that a meter does not sign are nothing: no key, no value, no verdict', async () => {
    const { wire } = await signingStation();
    const told = await toldOf(await charge(wire, []));
    expect(told['signedValues']).toBeUndefined();
    expect(told['doubts']).toBeUndefined();
  });

  it('judged wrong and accepted by a person stay accepted', async () => {
    const { wire, meter, register } = await signingStation();
    await register({ evseNumber: 1 });
    const sessionId = await charge(wire, [signedValue('Transaction.End', ocmfText(meter.record([BEGIN, END], { ID: 'ANOTHER' })))]);
    const { issues } = csms.as('operator', tenant.tenantId);
    const [issue] = (await issues.listIntakeIssues({ sessionId })).issues;
    expect(JSON.parse(issue?.detailJson ?? '{}')).toMatchObject({ reason: 'identification-differs' });
    await issues.resolveIntakeIssue({ issueId: issue?.state?.issueId ?? '', resolution: { case: 'accept', value: {} } });
    expect((await toldOf(sessionId))['doubts']).toBeUndefined();
    await csms.admin.query('UPDATE ocpp_transaction SET signed_due_at = now() WHERE transaction_id = $1', [sessionId]);
    await eventually(async () => {
      const { rowCount } = await csms.admin.query('SELECT 1 FROM ocpp_transaction WHERE transaction_id = $1 AND signed_due_at IS NULL', [
        sessionId,
      ]);
      return rowCount === 1;
    });
    expect((await toldOf(sessionId))['doubts']).toBeUndefined();
  });

  it('are shown to whoever the session belongs to, and to nobody else', async () => {
    const { wire, meter } = await signingStation();
    const sessionId = await charge(wire, [signedValue('Transaction.End', ocmfText(meter.record([BEGIN, END], { ID: ID_TOKEN })))]);
    const asDriver = (driverId: string) =>
      csms.asCaller({ subject: 'd', roles: ['driver'], tenantId: tenant.tenantId, driverId }).metering.getSignedValues({ sessionId });
    expect((await asDriver(OWNER.driverId)).values).toHaveLength(1);
    expect(await codeOf(asDriver(uuidv7()))).toBe('csms.session-unknown');
    expect(await codeOf(metering(other).getSignedValues({ sessionId }))).toBe('csms.session-unknown');
  });
});

describe('the register of meter keys', () => {
  it('refuses what is no key, one of another curve, a bare point of several curves, and the same key twice', async () => {
    const { station, meter, register } = await signingStation('ECDSA-secp256k1-SHA256');
    const { stationId } = station;
    const wanted = (publicKey: string, algorithm = '') => metering().registerMeterKey({ stationId, publicKey, algorithm });
    expect(await codeOf(wanted('no key at all'))).toBe('csms.metering.key-unreadable');
    expect(await codeOf(wanted('', 'RSA'))).toBe('csms.invalid-field');
    const point = meter.key.spki.subarray(-65).toString('hex');
    const { meterKey } = await wanted(point.replace(/../g, '$& '), 'ecdsa-SECP256K1-sha256');
    expect(meterKey).toMatchObject({ algorithm: 'ECDSA-secp256k1-SHA256', publicKey: meter.key.spki.toString('base64') });
    expect(await codeOf(register())).toBe('csms.metering.key-registered');
  });

  it('lists and revokes; a revoked key judges no more', async () => {
    const { station, wire, meter, register } = await signingStation();
    const { meterKey } = await register();
    const { stationId } = station;
    const sessionId = await charge(wire, [signedValue('Transaction.End', ocmfText(meter.record([BEGIN, END], { ID: ID_TOKEN })))]);
    expect((await toldOf(sessionId))['doubts']).toBeUndefined();
    const meterKeyId = meterKey?.meterKeyId ?? '';
    expect(await codeOf(metering(other).revokeMeterKey({ meterKeyId }))).toBe('csms.metering.key-unknown');
    expect(await codeOf(metering(other).listMeterKeys({ stationId }))).toBe('csms.station-unknown');
    await metering().revokeMeterKey({ meterKeyId });
    expect(await codeOf(metering().revokeMeterKey({ meterKeyId }))).toBe('csms.metering.key-revoked');
    const { meterKeys } = await metering().listMeterKeys({ stationId });
    expect(meterKeys).toMatchObject([{ meterKeyId, revokedAt: expect.anything() }]);
    await eventually(async () => (await toldOf(sessionId))['doubts'] !== undefined);
    expect(await toldOf(sessionId)).toMatchObject({ signedValues: { reason: 'key-unknown' } });
  });

  it('judges a session by the key that was valid when it ended', async () => {
    const { station, wire, meter, register } = await signingStation();
    const successor = new SigningMeter('ECDSA-secp256r1-SHA256', { MS: 'NEW' });
    await register();
    const validFrom = { seconds: BigInt(Math.floor(Date.now() / 1_000)), nanos: 0 };
    const publicKey = successor.key.spki.toString('base64');
    await metering().registerMeterKey({ stationId: station.stationId, publicKey, validFrom });
    const sessionId = await charge(wire, [signedValue('Transaction.End', ocmfText(meter.record([BEGIN, END], { ID: ID_TOKEN })))]);
    expect(await toldOf(sessionId)).toMatchObject({ signedValues: { verdict: 'SIGNED_VERDICT_VERIFIED' } });
  });
});
