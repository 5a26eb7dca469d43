import { existsSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { connectorAsMeant, meterStopAsMeant, readingsAsMeant, registerAsMeant, zoneAsMeant } from './as-meant.js';
import { QUIRK_CATALOGUE, type QuirkEntry } from './catalogue.js';
import { describeQuirks } from './describe-quirks.js';
import { isQuirk, NO_QUIRKS, QUIRKS, quirkSet, type Quirk } from './deviations.js';
import { quirksOf } from './quirks-of.js';

const ROOT = new URL('../../../../', import.meta.url);
const ENTRY: QuirkEntry = { vendor: 'Vendor*', model: 'A(1)', quirks: ['no_subprotocol'], sources: ['https://example.org'] };
const known = (entry: Partial<QuirkEntry>, make: [string, string, string?]) =>
  quirksOf({ vendor: make[0], model: make[1], firmware: make[2] ?? '' }, [{ ...ENTRY, ...entry }]).length > 0;

describe('the catalogue', () => {
  it.each(QUIRK_CATALOGUE.map((entry) => [`${entry.vendor}/${entry.model}`, entry] as const))('%s is complete', (_, entry) => {
    expect(entry.sources.length).toBeGreaterThan(0);
    for (const source of entry.sources) expect(source).toMatch(/^https:\/\/[\w.-]+\/\S+$/);
    expect(entry.quirks.length).toBeGreaterThan(0);
    expect(entry.quirks.every(isQuirk)).toBe(true);
    expect(entry.vendor + entry.model).not.toMatch(/^\**$/);
    for (const text of [entry.vendor, entry.model]) expect(text.length).toBeLessThanOrEqual(20);
  });

  it('names places in the code that are there', () => {
    for (const { honouredBy } of Object.values(QUIRKS)) expect(existsSync(new URL(honouredBy, ROOT))).toBe(true);
  });

  it('is described with every quirk and every source', () => {
    const page = describeQuirks('');
    for (const name of Object.keys(QUIRKS)) expect(page).toContain(`\`${name}\``);
    for (const source of QUIRK_CATALOGUE.flatMap((entry) => entry.sources)) expect(page).toContain(source);
  });

  it.each<[[string, string, string], Quirk[]]>([
    [['ABB', 'CDT_TACW22::NET_WIFI', 'TAC3Z9119006710273::V1.8.21'], ['sampled_register_per_session']],
    [['Growatt', 'THOR_11AS', 'THOR_11AS-V5.2.4-20230307-NOVO'], ['timestamps_in_site_zone']],
    [['chargebyte', 'Charge Control C', '0.5.0'], ['stop_with_random_transaction_id']],
    [['chargebyte', 'Charge Control C', '1.0.0'], []],
    [['', 'ACChargePoint', ''], ['meter_stop_rounded_down']],
    [['StarCharge', 'Aurora', '1.0.0.0.7b107_MG'], ['current_in_dA']],
    [['Ampline', 'AC 22', '1.6.4'], []],
    [['', '', ''], []],
  ])('%j: %j', ([vendor, model, firmware], quirks) => {
    expect(quirksOf({ vendor, model, firmware })).toEqual(quirks);
  });
});

describe('an entry', () => {
  it.each<[Partial<QuirkEntry>, [string, string, string?], boolean]>([
    [{}, ['vendor GmbH', 'a(1)'], true],
    [{}, [' Vendor ', 'A(1)'], true],
    [{}, ['A Vendor', 'A(1)'], false],
    [{}, ['Vendor', 'A1'], false],
    [{ model: '*' }, ['Vendor', ''], true],
    [{ firmwareFrom: '1.10' }, ['Vendor', 'A(1)', '1.9'], false],
    [{ firmwareFrom: '1.10' }, ['Vendor', 'A(1)', 'V1.10'], false],
    [{ firmwareFrom: '1.10', firmwareBefore: '2' }, ['Vendor', 'A(1)', '1.10'], true],
    [{ firmwareFrom: '1.10', firmwareBefore: '2' }, ['Vendor', 'A(1)', '2.0'], false],
    [{ firmwareBefore: '2' }, ['Vendor', 'A(1)'], false],
  ])('%j for %j: %s', (entry, make, expected) => {
    expect(known(entry, make)).toBe(expected);
  });
});

describe('what a station means', () => {
  const set = (...names: Quirk[]) => quirkSet(names);

  it('is what it says, without quirks', () => {
    const readings = [{ timestamp: '', sampledValue: [{ value: '160', measurand: 'Current.Import', unit: 'A' }] }];
    expect(readingsAsMeant(readings, NO_QUIRKS)).toBe(readings);
    expect([connectorAsMeant(0, NO_QUIRKS), registerAsMeant(5n, 9n, NO_QUIRKS), zoneAsMeant(NO_QUIRKS, 'Europe/Berlin')]).toEqual([
      0,
      5n,
      undefined,
    ]);
  });

  it.each([
    ['Current.Import', 'A', '160', '16'],
    ['Current.Offered', undefined, '327.80', '32.78'],
    ['Current.Import', 'mA', '160', '160'],
    ['Voltage', 'V', '230', '230'],
    ['Current.Import', 'A', '', ''],
    ['SoC', 'Percent', '0.07', '7'],
    ['SoC', 'Percent', '46', '46'],
  ])('%s in %s: %s is %s', (measurand, unit, value, meant) => {
    const sample = { value, measurand, ...(unit && { unit }) };
    const [reading] = readingsAsMeant([{ timestamp: '', sampledValue: [sample] }], set('current_in_dA', 'soc_as_fraction'));
    expect(reading?.sampledValue[0]?.value).toBe(meant);
  });

  it('leaves what the meter has signed', () => {
    const sample = { value: '1', measurand: 'SoC', format: 'SignedData' };
    expect(readingsAsMeant([{ timestamp: '', sampledValue: [sample] }], set('soc_as_fraction'))[0]?.sampledValue).toEqual([sample]);
  });

  it('takes a register as kWh only when that is not below the begin', () => {
    const quirks = set('energy_in_kWh_without_unit');
    expect([361n, 360n, 359n, 400_000n].map((wh) => registerAsMeant(wh, 360_400n, quirks))).toEqual([361_000n, 360_000n, 359n, 400_000n]);
  });

  it('takes the newest register of the end for a meterStop of 0', () => {
    const end = (value: string, context = 'Transaction.End') => ({ timestamp: '2026-01-01T00:00:00Z', sampledValue: [{ value, context }] });
    const stop = { transactionId: 1, meterStop: 0, timestamp: '', transactionData: [end('4000'), end('9000', 'Sample.Periodic')] };
    expect(meterStopAsMeant(stop, set('meter_stop_zero'))).toBe(4_000);
    expect(meterStopAsMeant({ ...stop, meterStop: 1 }, set('meter_stop_zero'))).toBe(1);
    expect(meterStopAsMeant(stop, NO_QUIRKS)).toBe(0);
  });

  it('forgets names of another version', () => {
    expect([...quirkSet(['no_subprotocol', 'of_tomorrow'])]).toEqual(['no_subprotocol']);
  });
});
