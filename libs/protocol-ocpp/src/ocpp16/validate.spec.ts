import { AppError } from '@ampline/kernel-errors';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { validateInbound, validateOutbound, type MessageKind, type Ocpp16Action } from './index.js';

const TIME = '2025-06-01T12:00:00Z';
const start = { connectorId: 1, idTag: 'DEMO-OK-1', meterStart: 100, timestamp: TIME };
const stop = { transactionId: 7, meterStop: 2100, timestamp: TIME };
const reading = { timestamp: TIME, sampledValue: [{ value: '1234' }] };
const meterValues = { connectorId: 1, transactionId: 7, meterValue: [reading] };
const status = { connectorId: 1, errorCode: 'NoError', status: 'Available' };
const boot = { chargePointVendor: 'Voltwerk', chargePointModel: 'Zwo' };

function judge(action: Ocpp16Action, payload: unknown, kind: MessageKind = 'request') {
  const result = validateInbound(action, kind, payload);
  return result.ok
    ? { payload: result.payload as unknown, deviations: result.deviations.map((d) => `${d.kind} ${d.path}`) }
    : { code: result.code, description: result.description };
}

describe('conforming payloads', () => {
  it.each([
    ['StartTransaction', start],
    ['StopTransaction', { ...stop, reason: 'Local', transactionData: [reading] }],
    ['MeterValues', meterValues],
    ['StatusNotification', { ...status, timestamp: TIME }],
    ['BootNotification', boot],
    ['Heartbeat', {}],
  ] as const)('%s passes as it is, not as a copy', (action, payload) => {
    const result = validateInbound(action, 'request', payload);
    expect(result).toEqual({ ok: true, payload, deviations: [] });
    expect(result.ok && result.payload).toBe(payload);
    expect(validateInbound(action, 'request', payload, 'strict').ok).toBe(true);
  });

  it('takes 0.1 steps of a limit as the multiples they are', () => {
    const schedule = { chargingRateUnit: 'A', chargingSchedulePeriod: [0.1, 0.3, 16.1, 32].map((limit, i) => ({ startPeriod: i, limit })) };
    expect(judge('GetCompositeSchedule', { status: 'Accepted', chargingSchedule: schedule }, 'response')).toMatchObject({ deviations: [] });
  });
});

describe('strict policy', () => {
  it.each([
    ['a wrong type', { ...start, connectorId: 'one' }, 'TypeConstraintViolation'],
    ['a numeric text', { ...start, connectorId: '1' }, 'TypeConstraintViolation'],
    ['something missing', { ...start, idTag: undefined }, 'OccurenceConstraintViolation'],
    ['a text too long', { ...start, idTag: 'x'.repeat(21) }, 'PropertyConstraintViolation'],
    ['a bad format', { ...start, timestamp: 'today' }, 'PropertyConstraintViolation'],
    ['a time without zone', { ...start, timestamp: '2025-06-01T12:00:00' }, 'PropertyConstraintViolation'],
    ['an unknown property', { ...start, extra: 1 }, 'FormationViolation'],
    ['a list', [], 'FormationViolation'],
    ['null', null, 'FormationViolation'],
    ['a text', 'x', 'FormationViolation'],
    ['a wrong type and something missing', { ...start, connectorId: true, idTag: undefined }, 'TypeConstraintViolation'],
    [
      'something missing and an unknown property',
      { extra: 1, connectorId: 1, idTag: 'a', timestamp: TIME },
      'OccurenceConstraintViolation',
    ],
  ])('refuses %s', (_, payload, code) => {
    const result = validateInbound('StartTransaction', 'request', payload, 'strict');
    expect(result).toMatchObject({ ok: false, code, deviations: [] });
  });

  it('refuses an unknown enumeration value', () => {
    expect(validateInbound('StopTransaction', 'request', { ...stop, reason: 'Tired' }, 'strict')).toMatchObject({
      ok: false,
      code: 'PropertyConstraintViolation',
    });
  });
});

describe('lenient policy: what carries a fact is kept', () => {
  it.each<[string, Ocpp16Action, unknown, unknown, string[]]>([
    ['unknown properties go', 'StartTransaction', { ...start, vendor: { a: 1 } }, start, ['unknown-property /vendor']],
    ['long texts stay', 'StartTransaction', { ...start, idTag: 'x'.repeat(40) }, { ...start, idTag: 'x'.repeat(40) }, ['too-long /idTag']],
    ['numeric texts become numbers', 'StartTransaction', { ...start, connectorId: ' 1 ' }, start, ['text-as-number /connectorId']],
    [
      'numeric id tokens become texts',
      'StartTransaction',
      { ...start, idTag: 12345 },
      { ...start, idTag: '12345' },
      ['number-as-text /idTag'],
    ],
    ['registers are rounded', 'StartTransaction', { ...start, meterStart: 100.5 }, start, ['fraction-rounded /meterStart']],
    ['registers as text', 'StopTransaction', { ...stop, meterStop: '2100' }, stop, ['text-as-number /meterStop']],
    ['registers as text with decimals', 'StopTransaction', { ...stop, meterStop: '2099.7' }, stop, ['fraction-rounded /meterStop']],
    [
      'null means absent',
      'StopTransaction',
      { ...stop, reason: null, idTag: null },
      stop,
      ['null-for-absent /idTag', 'null-for-absent /reason'],
    ],
    ['unknown reason', 'StopTransaction', { ...stop, reason: 'Tired' }, { ...stop, reason: 'Tired' }, ['unknown-value /reason']],
    [
      'reason in another case',
      'StopTransaction',
      { ...stop, reason: 'evdisconnected ' },
      { ...stop, reason: 'EVDisconnected' },
      ['value-case /reason'],
    ],
    [
      'unknown errorCode',
      'StatusNotification',
      { ...status, errorCode: 'E17' },
      { ...status, errorCode: 'E17' },
      ['unknown-value /errorCode'],
    ],
    ['status in another case', 'StatusNotification', { ...status, status: 'AVAILABLE' }, status, ['value-case /status']],
    [
      'info of the longer schema',
      'StatusNotification',
      { ...status, info: 'x'.repeat(100) },
      { ...status, info: 'x'.repeat(100) },
      ['too-long /info'],
    ],
    [
      'long serial numbers',
      'BootNotification',
      { ...boot, chargeBoxSerialNumber: 'x'.repeat(60) },
      { ...boot, chargeBoxSerialNumber: 'x'.repeat(60) },
      ['too-long /chargeBoxSerialNumber'],
    ],
    [
      'a number as firmware version',
      'BootNotification',
      { ...boot, firmwareVersion: 1.5 },
      { ...boot, firmwareVersion: '1.5' },
      ['number-as-text /firmwareVersion'],
    ],
    [
      'a boolean as text',
      'BootNotification',
      { ...boot, meterType: false },
      { ...boot, meterType: 'false' },
      ['boolean-as-text /meterType'],
    ],
    [
      '__proto__ as a property',
      'BootNotification',
      JSON.parse('{"chargePointVendor":"Voltwerk","chargePointModel":"Zwo","__proto__":{"x":1}}'),
      boot,
      ['unknown-property /__proto__'],
    ],
    [
      'a security event of any type',
      'SecurityEventNotification',
      { type: 'x'.repeat(60), timestamp: TIME },
      { type: 'x'.repeat(60), timestamp: TIME },
      ['too-long /type'],
    ],
  ])('%s', (_, action, payload, expected, deviations) => {
    const before = JSON.stringify(payload);
    expect(judge(action, payload)).toEqual({ payload: expected, deviations });
    expect(JSON.stringify(payload)).toBe(before);
  });

  it.each([
    ['2025-06-01T12:00:00', 'time-without-zone'],
    ['2025-06-01T12:00:00,5Z', 'time-format'],
    ['2025-06-01T12:00Z', 'time-format'],
    ['yesterday', 'time-unreadable'],
    ['', 'time-unreadable'],
  ])('keeps the timestamp %j as sent', (timestamp, kind) => {
    expect(judge('StartTransaction', { ...start, timestamp })).toEqual({
      payload: { ...start, timestamp },
      deviations: [`${kind} /timestamp`],
    });
  });

  it.each([
    ['no id token', { ...start, idTag: undefined }, 'OccurenceConstraintViolation'],
    ['null as id token', { ...start, idTag: null }, 'OccurenceConstraintViolation'],
    ['a connector that is no number', { ...start, connectorId: 'one' }, 'TypeConstraintViolation'],
    ['half a connector', { ...start, connectorId: 1.5 }, 'TypeConstraintViolation'],
    ['true as connector', { ...start, connectorId: true }, 'TypeConstraintViolation'],
    ['a register that is no number', { ...start, meterStart: 'much' }, 'TypeConstraintViolation'],
    ['a register of true', { ...start, meterStart: true }, 'TypeConstraintViolation'],
    ['a register beyond counting', { ...start, meterStart: '99999999999999999999' }, 'TypeConstraintViolation'],
    ['an id token that lost its digits in parsing', { ...start, idTag: 1.2345678901234567e19 }, 'TypeConstraintViolation'],
    ['an object as id token', { ...start, idTag: {} }, 'TypeConstraintViolation'],
    ['no object', [], 'FormationViolation'],
  ])('still refuses %s', (_, payload, code) => {
    expect(judge('StartTransaction', payload)).toMatchObject({ code });
  });

  it('still refuses a status that means nothing to us', () => {
    expect(judge('StatusNotification', { ...status, status: 'Sleeping' })).toMatchObject({ code: 'PropertyConstraintViolation' });
  });

  it.each([
    ['Authorize', { idTag: 'a', extra: 1 }, 'FormationViolation'],
    ['Authorize', { idTag: 7 }, 'TypeConstraintViolation'],
    ['Heartbeat', { extra: 1 }, 'FormationViolation'],
    ['DataTransfer', { vendorId: 'v', data: {} }, 'TypeConstraintViolation'],
    ['SignCertificate', {}, 'OccurenceConstraintViolation'],
  ] as const)('is strict with %s, which carries none', (action, payload, code) => {
    expect(judge(action, payload)).toMatchObject({ code });
  });
});

describe('lenient policy: meter values', () => {
  const withSample = (sample: unknown) => ({ ...meterValues, meterValue: [{ timestamp: TIME, sampledValue: [sample] }] });
  const at = '/meterValue/0/sampledValue/0';

  it.each<[string, unknown, unknown, string[]]>([
    ['a number as value', { value: 12 }, { value: '12' }, [`number-as-text ${at}/value`]],
    ['a fraction as value', { value: 0.25, unit: 'kWh' }, { value: '0.25', unit: 'kWh' }, [`number-as-text ${at}/value`]],
    [
      'an unknown measurand',
      { value: '1', measurand: 'Energy.Wish' },
      { value: '1', measurand: 'Energy.Wish' },
      [`unknown-value ${at}/measurand`],
    ],
    ['an unknown unit', { value: '1', unit: 'MWh' }, { value: '1', unit: 'MWh' }, [`unknown-value ${at}/unit`]],
    ['a unit in another case', { value: '1', unit: 'KWH' }, { value: '1', unit: 'kWh' }, [`value-case ${at}/unit`]],
    ['null as phase', { value: '1', phase: null }, { value: '1' }, [`null-for-absent ${at}/phase`]],
    ['a property of a vendor', { value: '1', meter: 'x' }, { value: '1' }, [`unknown-property ${at}/meter`]],
  ])('%s', (_, sample, expected, deviations) => {
    expect(judge('MeterValues', withSample(sample))).toEqual({ payload: withSample(expected), deviations });
  });

  it('takes an object where a list of one is due', () => {
    expect(judge('MeterValues', { ...meterValues, meterValue: { timestamp: TIME, sampledValue: { value: '1' } } })).toEqual({
      payload: withSample({ value: '1' }),
      deviations: ['object-for-list /meterValue', `object-for-list /meterValue/0/sampledValue`],
    });
  });

  it('keeps a signed value byte for byte', () => {
    const value = `OCMF|{"FV":"1.0"}|{"SD":"${'ab'.repeat(400)}"}`;
    expect(judge('MeterValues', { ...withSample({ value, format: 'SignedData' }), extra: 1 })).toMatchObject({
      payload: withSample({ value, format: 'SignedData' }),
    });
  });

  it('drops the broken sample and keeps the others', () => {
    const sampledValue = [{ value: '1' }, { unit: 'Wh' }, null, { value: { a: 1 } }, { value: '2' }];
    expect(judge('MeterValues', { ...meterValues, meterValue: [{ timestamp: TIME, sampledValue }] })).toEqual({
      payload: { ...meterValues, meterValue: [{ timestamp: TIME, sampledValue: [{ value: '1' }, { value: '2' }] }] },
      deviations: [`item-dropped ${at.slice(0, -1)}1`, `item-dropped ${at.slice(0, -1)}2`, `item-dropped ${at.slice(0, -1)}3`],
    });
  });

  it('drops a reading without a time and keeps the others', () => {
    const broken = { sampledValue: [{ value: '9' }, {}] };
    expect(judge('MeterValues', { ...meterValues, meterValue: [broken, reading] })).toEqual({
      payload: meterValues,
      deviations: ['item-dropped /meterValue/0'],
    });
  });

  it.each([
    ['nothing is left', { ...meterValues, meterValue: [{ timestamp: TIME, sampledValue: [{}] }] }, 'OccurenceConstraintViolation'],
    ['the list is a text', { ...meterValues, meterValue: 'x' }, 'TypeConstraintViolation'],
    ['the fault is elsewhere', { ...meterValues, connectorId: {}, meterValue: [reading, {}] }, 'TypeConstraintViolation'],
  ])('refuses when %s', (_, payload, code) => {
    expect(judge('MeterValues', payload)).toMatchObject({ code });
  });

  it('never loses a stop for its readings', () => {
    expect(judge('StopTransaction', { ...stop, transactionData: [{}, reading, 7] })).toMatchObject({
      payload: { ...stop, transactionData: [reading] },
      deviations: ['item-dropped /transactionData/0', 'item-dropped /transactionData/2'],
    });
    expect(judge('StopTransaction', { ...stop, transactionData: [null] })).toMatchObject({ payload: { ...stop, transactionData: [] } });
    expect(judge('StopTransaction', { ...stop, transactionData: 'none' })).toEqual({
      payload: stop,
      deviations: ['property-dropped /transactionData'],
    });
  });

  it('goes through a frame full of broken readings without comparing each with all others', () => {
    const broken = Array.from({ length: 18_000 }, () => ({ value: {} }));
    const frame = {
      ...meterValues,
      meterValue: [{ timestamp: TIME, sampledValue: [{ value: '1' }, ...broken, { value: '2' }] }, ...broken],
    };
    const result = validateInbound('MeterValues', 'request', frame);
    expect(result).toMatchObject({ ok: true, payload: { meterValue: [{ sampledValue: [{ value: '1' }, { value: '2' }] }] } });
  });

  it('drops a reading together with the broken samples in it, and samples of others by their place', () => {
    const readings = [{ sampledValue: [{}, { value: '0' }] }, { timestamp: TIME, sampledValue: [{}, { value: '1' }, {}] }, {}];
    expect(judge('StopTransaction', { ...stop, transactionData: readings })).toMatchObject({
      payload: { ...stop, transactionData: [{ timestamp: TIME, sampledValue: [{ value: '1' }] }] },
    });
  });

  it('bounds what it reports', () => {
    const many = Array.from({ length: 500 }, () => ({ value: 1 }));
    const result = validateInbound('MeterValues', 'request', { ...meterValues, meterValue: [{ timestamp: TIME, sampledValue: many }] });
    expect(result).toMatchObject({ ok: true });
    expect(result.deviations).toHaveLength(64);
  });
});

describe('answers to our requests', () => {
  it('may be longer and say more than they should', () => {
    const key = { key: 'k', readonly: 'true', value: 'x'.repeat(2048), note: 1 };
    expect(judge('GetConfiguration', { configurationKey: [key] }, 'response')).toMatchObject({
      payload: { configurationKey: [{ key: 'k', readonly: true, value: 'x'.repeat(2048) }] },
      deviations: expect.arrayContaining(['too-long /configurationKey/0/value', 'unknown-property /configurationKey/0/note']) as unknown,
    });
  });

  it('must say what they mean', () => {
    expect(judge('Reset', { status: 'Maybe' }, 'response')).toMatchObject({ code: 'PropertyConstraintViolation' });
    expect(judge('Reset', {}, 'response')).toMatchObject({ code: 'OccurenceConstraintViolation' });
    expect(judge('Reset', { status: 'accepted' }, 'response')).toMatchObject({ payload: { status: 'Accepted' } });
  });
});

describe('refusals', () => {
  it('name fields and never their values', () => {
    const result = validateInbound('StartTransaction', 'request', { connectorId: {}, idTag: ['SECRET-TOKEN'], meterStart: 'SECRET' });
    expect(JSON.stringify(result)).not.toContain('SECRET');
    expect(result).toMatchObject({ ok: false, description: expect.stringContaining('/connectorId') as unknown });
  });

  it('fit into a CALLERROR', () => {
    const sampledValue = Array.from({ length: 200 }, () => ({}));
    const result = validateInbound('MeterValues', 'request', { connectorId: 1, meterValue: [{ timestamp: TIME, sampledValue }] });
    expect(result.ok).toBe(false);
    expect(!result.ok && result.description.length).toBeLessThanOrEqual(255);
    expect(!result.ok && (result.details.violations as unknown[]).length).toBeLessThanOrEqual(10);
  });
});

describe('validateOutbound', () => {
  it('accepts what conforms', () => {
    expect(() => validateOutbound('ChangeConfiguration', 'request', { key: 'k', value: 'x'.repeat(500) })).not.toThrow();
    expect(() => validateOutbound('Heartbeat', 'response', { currentTime: new Date(0).toISOString() })).not.toThrow();
  });

  it.each([
    ['more than 500 characters', () => validateOutbound('ChangeConfiguration', 'request', { key: 'k', value: 'x'.repeat(501) })],
    ['info of more than 50', () => validateOutbound('StatusNotification', 'request', { ...status, info: 'x'.repeat(51) } as never)],
    ['a time without zone', () => validateOutbound('Heartbeat', 'response', { currentTime: '2025-06-01T12:00:00' })],
    ['an unknown status', () => validateOutbound('Authorize', 'response', { idTagInfo: { status: 'Perhaps' } } as never)],
    ['an unknown property', () => validateOutbound('Heartbeat', 'request', { extra: 1 })],
  ])('refuses %s as a fault of ours', (_, send) => {
    expect(send).toThrow(AppError);
    expect(send).toThrow(expect.objectContaining({ kind: 'internal', code: 'ocpp.outbound-invalid' }));
  });
});

describe('validateInbound: anything at all', () => {
  const json = fc.jsonValue({ maxDepth: 2 });
  const damaged = fc.record(
    {
      connectorId: json,
      transactionId: json,
      idTag: json,
      meterStart: json,
      meterStop: json,
      timestamp: json,
      reason: json,
      meterValue: json,
      transactionData: fc.array(fc.record({ timestamp: json, sampledValue: json }, { requiredKeys: [] })),
      '~/x': json,
    },
    { requiredKeys: [] },
  );

  it.each(['StartTransaction', 'StopTransaction', 'MeterValues', 'StatusNotification'] as const)(
    '%s: never throws, never changes its input',
    (action) => {
      fc.assert(
        fc.property(damaged, (payload) => {
          const before = JSON.stringify(payload);
          const lenient = validateInbound(action, 'request', payload);
          const strict = validateInbound(action, 'request', payload, 'strict');
          expect(JSON.stringify(payload)).toBe(before);
          if (strict.ok) expect(lenient).toEqual(strict);
          if (lenient.ok && lenient.deviations.length === 0) expect(strict.ok).toBe(true);
          if (lenient.ok) expect(validateInbound(action, 'request', lenient.payload)).toMatchObject({ ok: true, payload: lenient.payload });
        }),
        { numRuns: 150 },
      );
    },
  );
});
