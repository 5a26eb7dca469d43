import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  judgeRecords,
  ocmfText,
  readSignedValue,
  SIGNATURE_ALGORITHMS,
  SigningMeter,
  type OcmfRecord,
  type SignatureAlgorithmName,
  type WrittenReading,
} from './index.js';

const ALGORITHMS = Object.keys(SIGNATURE_ALGORITHMS) as SignatureAlgorithmName[];
const ID_TOKEN = '1F2D3A4F5506C7';
const IDENTITY = { MS: 'BQ27400330016', GS: '808829900001', IS: true, IT: 'ISO14443', ID: ID_TOKEN };
const BEGIN: WrittenReading = {
  TM: '2026-07-24T13:22:04,000+0200 S',
  TX: 'B',
  RV: '2935.600',
  RI: '1-0:1.8.0',
  RU: 'kWh',
  EF: '',
  ST: 'G',
};
const END: WrittenReading = { ...BEGIN, TM: '2026-07-24T14:22:04,000+0200 S', TX: 'E', RV: '2957.100' };
/** Of the readings above. */
const ENERGY_WH = 21_500n;
const EXPECTED = { energyWh: ENERGY_WH, idToken: ID_TOKEN };

const meter = new SigningMeter('ECDSA-secp256r1-SHA256', IDENTITY);
const judge = (records: OcmfRecord[], expected: Partial<Parameters<typeof judgeRecords>[2]> = {}) =>
  judgeRecords(records, meter.key, { ...EXPECTED, ...expected });
const session = (begin: WrittenReading, end: WrittenReading, fields = {}) => judge([meter.record([begin, end], fields)]);

describe.each(ALGORITHMS)('a session signed with %s', (algorithm) => {
  const signing = new SigningMeter(algorithm, IDENTITY);

  it('is verified, in one record, in two, and with plain halves as a signature', async () => {
    const whole = signing.record([BEGIN, END]);
    const verified = { verdict: 'verified', energyMilliWh: 21_500_000n };
    expect(await judgeRecords([whole], signing.key, EXPECTED)).toMatchObject(verified);
    const two = [signing.record([BEGIN]), signing.record([END])];
    expect(await judgeRecords(two, signing.key, EXPECTED)).toMatchObject(verified);
    expect(await judgeRecords(two.toReversed(), signing.key, EXPECTED)).toMatchObject(verified);
    expect(await judgeRecords([signing.sign(whole.payload, { dsaEncoding: 'ieee-p1363' })], signing.key, EXPECTED)).toMatchObject(verified);
  });

  it('is wrong when a byte of what was signed is another', async () => {
    const { payload, signature } = signing.record([BEGIN, END]);
    await fc.assert(
      fc.asyncProperty(fc.nat(payload.length - 1), async (at) => {
        const other = payload[at] === '1' ? '2' : '1';
        const tampered = { payload: payload.slice(0, at) + other + payload.slice(at + 1), signature };
        expect(await judgeRecords([tampered], signing.key, EXPECTED)).toEqual({ verdict: 'wrong', reason: 'signature-wrong' });
      }),
      { numRuns: 20 },
    );
    expect(await judgeRecords([{ payload: payload.replace('2957.100', '2957.1'), signature }], signing.key, EXPECTED)).toMatchObject({
      reason: 'signature-wrong',
    });
  });

  it('is wrong under the key of another meter, of this curve or another', async () => {
    const record = signing.record([BEGIN, END]);
    for (const other of [algorithm, ALGORITHMS[(ALGORITHMS.indexOf(algorithm) + 1) % ALGORITHMS.length] as SignatureAlgorithmName]) {
      expect(await judgeRecords([record], new SigningMeter(other, IDENTITY).key, EXPECTED)).toEqual({
        verdict: 'wrong',
        reason: 'signature-wrong',
      });
    }
  });
});

describe('a session that cannot be judged', () => {
  it('has no record, no key, no begin, no end, a gap, or an algorithm that nobody defined', async () => {
    const whole = meter.record([BEGIN, END]);
    expect(await judge([])).toEqual({ verdict: 'unverifiable', reason: 'no-record' });
    expect(await judgeRecords([whole], undefined, EXPECTED)).toEqual({ verdict: 'unverifiable', reason: 'key-unknown' });
    expect(await judge([meter.record([END])])).toEqual({ verdict: 'unverifiable', reason: 'begin-missing' });
    expect(await judge([meter.record([BEGIN])])).toEqual({ verdict: 'unverifiable', reason: 'end-missing' });
    expect(await judge([meter.sign(whole.payload, { more: { SA: 'RSA-SHA256' } })])).toEqual({
      verdict: 'unverifiable',
      reason: 'algorithm-unknown',
    });
    const [begin, , end] = [meter.record([BEGIN]), meter.record([{ ...BEGIN, TX: 'C' }]), meter.record([END])];
    expect(await judge([begin, end])).toEqual({ verdict: 'unverifiable', reason: 'records-missing' });
  });

  it('has only fiscal records', async () => {
    expect(await judge([meter.record([BEGIN, END], { PG: 'F12' })])).toEqual({ verdict: 'unverifiable', reason: 'no-record' });
  });
});

describe('a session that was signed and must not be billed', () => {
  it.each<[string, WrittenReading, WrittenReading]>([
    ['meter-status', BEGIN, { ...END, ST: 'M' }],
    ['meter-status', { ...BEGIN, ST: 'T' }, END],
    ['energy-unusable', BEGIN, { ...END, EF: 'Et' }],
    ['energy-unusable', { ...BEGIN, EF: 'E' }, END],
    ['register-changed', BEGIN, { ...END, RI: '1-0:1.8.1' }],
    ['register-not-import', { ...BEGIN, RI: '1-0:2.8.0' }, { ...END, RI: '1-0:2.8.0' }],
    ['unit-not-energy', { ...BEGIN, RU: 'mOhm' }, { ...END, RU: 'mOhm' }],
    ['unit-not-energy', BEGIN, { ...END, RV: '2957100', RU: 'Wh' }],
    ['ends-before-begin', BEGIN, { ...END, TM: '2026-07-24T13:22:03,999+0200 S' }],
    ['went-back', BEGIN, { ...END, RV: '2935.599' }],
    ['energy-differs', BEGIN, { ...END, RV: '2957.102' }],
    ['energy-differs', BEGIN, { ...END, RV: '2957.098' }],
  ])('%s', async (reason, begin, end) => {
    expect(await session(begin, end)).toEqual({ verdict: 'wrong', reason });
  });

  it('ends by an exception, names somebody else, or comes from another meter than the key', async () => {
    expect(await judge([meter.record([BEGIN, { ...BEGIN, TX: 'X' }, END])])).toEqual({ verdict: 'wrong', reason: 'energy-unusable' });
    expect(await session(BEGIN, END, { ID: '0000000000' })).toEqual({ verdict: 'wrong', reason: 'identification-differs' });
    expect(await judge([meter.record([BEGIN, END])], { meterSerial: 'ANOTHER' })).toEqual({
      verdict: 'wrong',
      reason: 'meter-not-the-keys',
    });
    const two = [meter.record([BEGIN]), meter.record([END], { MS: 'SWAPPED' })];
    expect(await judge(two)).toEqual({ verdict: 'wrong', reason: 'meter-changed' });
  });

  it('has two records on one page, or one that is none', async () => {
    const pages = [meter.record([BEGIN, END], { PG: 'T7' }), meter.record([BEGIN, { ...END, RV: '2957.2' }], { PG: 'T7' })];
    expect(await judge(pages)).toEqual({ verdict: 'wrong', reason: 'records-contradict' });
    const record = meter.record([BEGIN, END]);
    for (const signature of ['', '{}', '{"SD":7}', '{"SD":"xyz"}', '{"SD":"aa","SE":"base32"}', 'null', '[]']) {
      expect(await judge([{ ...record, signature }])).toEqual({ verdict: 'wrong', reason: 'signature-unreadable' });
    }
    for (const payload of ['', '{}', '[]', '{"PG":"T1","RD":[]}', '{"PG":"T1","RD":[null]}', '{"PG":"T1","RD":[{"ST":"G","TM":"now"}]}']) {
      expect(await judge([meter.sign(payload)])).toEqual({ verdict: 'wrong', reason: 'payload-unreadable' });
    }
  });
});

describe('a session that is verified', () => {
  it.each(['L', 'R', 'A', 'P'])('ends for the reason %s', async (TX) => {
    expect(await session(BEGIN, { ...END, TX })).toMatchObject({ verdict: 'verified' });
  });

  it('leaves out what equals the reading before', async () => {
    const end = { TM: '2026-07-24T14:22:04,000+0200 S', TX: 'E', RV: '2957.100' };
    expect(await judge([meter.record([BEGIN, { TX: 'C', RV: '2940.000' }, end])])).toMatchObject({
      verdict: 'verified',
      end: { register: '1-0:1.8.0' },
    });
  });

  it('has a record twice, a token written with blanks, a gateway that is the meter of the key, whole watt-hours', async () => {
    const record = meter.record([BEGIN, END], { ID: '1f 2d 3a 4f 55 06 c7' });
    expect(await judge([record, record], { meterSerial: '808829900001' })).toMatchObject({ verdict: 'verified' });
    expect(await judge([record], { energyWh: ENERGY_WH + 1n })).toMatchObject({ verdict: 'verified' });
    expect(await judge([record], { energyWh: ENERGY_WH + 2n })).toEqual({ verdict: 'wrong', reason: 'energy-differs' });
  });

  it('names whom the station named by another kind of name', async () => {
    expect(await session(BEGIN, END, { IT: 'CENTRAL_1', ID: 'app-4711' })).toMatchObject({ verdict: 'verified' });
  });

  it('was signed with the default algorithm, encoded as Base64, with blanks that its meter put in', async () => {
    const { payload } = meter.record([BEGIN, END]);
    const spaced = payload.replace(/(?<="),/g, ' ,\r\n\t');
    expect(await judge([meter.sign(spaced, { encoding: 'base64' })])).toMatchObject({ verdict: 'verified' });
    expect(await judge([meter.sign(payload, { more: { SA: undefined, SE: undefined, SM: undefined } })])).toMatchObject({
      verdict: 'verified',
    });
  });
});

describe('a signed value', () => {
  const record = meter.record([BEGIN, END]);
  const text = ocmfText(record);

  it('is recognised as text, Base64, hexadecimal digits, and as the JSON of OCPP 2.x', async () => {
    const encoded = Buffer.from(text).toString('base64');
    const forms = [text, ` ${text}\n`, encoded, Buffer.from(text).toString('hex').toUpperCase(), Buffer.from(text).toString('base64url')];
    const json = forms.map((form) => JSON.stringify({ signedMeterData: form, encodingMethod: 'OCMF', publicKey: '', signingMethod: '' }));
    for (const form of [...forms, ...json]) expect(readSignedValue(form)).toEqual({ format: 'OCMF', record });
  });

  it('of another form is kept and not judged, whatever it holds', async () => {
    for (const other of ['', 'OCMF', 'OCMF|', 'OCMF|{}', 'AP;0;3;ALCV…', '{"signedMeterData":7}', '{', '////', 'A'.repeat(300_000)]) {
      expect(readSignedValue(other)).toEqual({ format: 'unknown' });
    }
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (noise) => void readSignedValue(noise)));
    await fc.assert(
      fc.asyncProperty(fc.string({ maxLength: 80 }), fc.string({ maxLength: 80 }), async (payload, signature) => {
        expect((await judge([{ payload, signature }])).verdict).not.toBe('verified');
      }),
    );
  });
});
