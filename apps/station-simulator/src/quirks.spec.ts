import { describe, expect, it } from '@jest/globals';
import { Chance } from './chance.js';
import { EnergyMeter } from './energy-meter.js';
import { meterValue, register } from './meter-values.js';
import { profileOf, PROFILES } from './profile.js';
import { MessageIds, payloadText, stopTransactionId } from './quirks.js';

const { quirks } = profileOf();
const chance = () => new Chance(1, 'a station');

describe('quirks', () => {
  it('writes payloads as they are without any', () => {
    expect(payloadText('StartTransaction', { connectorId: 1, meterStart: 5 }, quirks)).toBe('{"connectorId":1,"meterStart":5}');
  });

  it('writes numbers as text, and fields that nobody knows', () => {
    expect(payloadText('StartTransaction', { connectorId: 1, idTag: 'A' }, { ...quirks, numbersAsText: true })).toBe(
      '{"connectorId":"1","idTag":"A"}',
    );
    expect(JSON.parse(payloadText('StartTransaction', {}, { ...quirks, extraFields: true }))).toHaveProperty('vendorExtension');
  });

  it('writes registers in kWh without losing a Wh', () => {
    expect(register(12_345_678, { energyUnit: 'kWh' })).toMatchObject({ value: '12345.678', unit: 'kWh' });
    expect(register(7, { energyUnit: 'kWh' })).toMatchObject({ value: '0.007', unit: 'kWh' });
    expect(register(7, { energyUnit: 'Wh' })).toMatchObject({ value: '7', unit: 'Wh' });
  });

  it.each([
    ['given', 42, 42],
    ['given', undefined, -1],
    ['zero', 42, 0],
    ['minus-one', 42, -1],
  ] as const)('stops with %s of %s: %s', (kind, given, expected) => {
    expect(stopTransactionId(given, { ...quirks, stopTransactionId: kind }, chance())).toBe(expected);
  });

  it.each([
    ['MeterValues', { connectorId: 1 }, { connectorZero: true }, { connectorId: 0 }],
    ['StartTransaction', { connectorId: 1 }, { connectorZero: true }, { connectorId: 1 }],
    ['StopTransaction', { meterStop: 7 }, { meterStop: 'zero' }, { meterStop: 0 }],
    ['StopTransaction', { meterStop: 7 }, { meterStop: 'rounded-down' }, { meterStop: 6 }],
    ['StopTransaction', { idTag: 'A'.repeat(20) }, { longIdTokens: true }, { idTag: `${'A'.repeat(20)}\u0010\u000e` }],
    ['StopTransaction', { idTag: 'SHORT' }, { longIdTokens: true }, { idTag: 'SHORT' }],
  ] as const)('%s %j with %j: %j', (action, payload, changes, expected) => {
    expect(JSON.parse(payloadText(action, payload, { ...quirks, ...changes }))).toEqual(expected);
  });

  it.each([
    ['kWh-as-Wh', '361'],
    ['per-transaction', '561'],
    ['lifetime', '361561'],
  ] as const)('samples a register that is %s as %s', (sampledRegister, value) => {
    const meter = new EnergyMeter(361_561, 22_000, 1, () => undefined);
    const o = { timestamp: '', context: 'Sample.Periodic', measurands: ['Energy.Active.Import.Register'], sinceWh: 361_000 } as const;
    expect(meterValue({ ...o, quirks: { ...quirks, sampledRegister } }, meter).sampledValue).toMatchObject([{ value }]);
  });

  it('makes message ids as the firmware does', () => {
    const five = (kind: 'uuid' | 'counter' | 'twice') => {
      const ids = new MessageIds(kind, chance());
      return Array.from({ length: 5 }, () => ids.next());
    };
    expect(five('counter')).toEqual(['1', '2', '3', '4', '5']);
    expect(new Set(five('uuid')).size).toBe(5);
    const [a, b, c, d] = five('twice');
    expect([a === b, b === c, c === d]).toEqual([true, false, true]);
  });

  it('has profiles that each differ from normal', () => {
    const names = Object.keys(PROFILES) as (keyof typeof PROFILES)[];
    const normal = JSON.stringify(profileOf());
    expect(names.filter((name) => JSON.stringify(profileOf(name)) === normal)).toEqual(['normal']);
  });
});

describe('Chance', () => {
  it('repeats itself for the same seed and name, and only then', () => {
    const five = (seed: number, name: string) => {
      const numbers = new Chance(seed, name);
      return Array.from({ length: 5 }, () => numbers.next());
    };
    expect(five(1, 'a')).toEqual(five(1, 'a'));
    expect(five(1, 'a')).not.toEqual(five(2, 'a'));
    expect(five(1, 'a')).not.toEqual(five(1, 'b'));
    expect(chance().uuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});
