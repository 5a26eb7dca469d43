import { describe, expect, it } from '@jest/globals';
import { createRequire } from 'node:module';
import {
  AUTHORIZATION_STATUSES,
  CHARGE_POINT_ERROR_CODES,
  CONNECTOR_STATUSES,
  mainColumns,
  readSampledValues,
  STATION_STATUSES,
  STOP_REASONS,
  type Loose,
  type SampledValue,
} from './index.js';

const timestamp = '2025-06-01T12:00:00Z';
const read = (...sampledValue: Loose<SampledValue>[]) => {
  const [reading] = readSampledValues([{ timestamp, sampledValue }]);
  if (reading === undefined) throw new Error('one reading expected');
  return reading;
};
const nothing = { registerWh: null, powerW: null, currentA: null, socPercent: null, signed: false };

describe('defaults of a sampled value', () => {
  it('are filled in', () => {
    expect(read({ value: '100' }).samples).toEqual([
      {
        value: '100',
        measurand: 'Energy.Active.Import.Register',
        unit: 'Wh',
        context: 'Sample.Periodic',
        location: 'Outlet',
        format: 'Raw',
      },
    ]);
  });

  it('invent no unit for what is not energy', () => {
    expect(read({ value: '230', measurand: 'Voltage', phase: 'L1-N' }).samples[0]).toEqual({
      value: '230',
      measurand: 'Voltage',
      phase: 'L1-N',
      context: 'Sample.Periodic',
      location: 'Outlet',
      format: 'Raw',
    });
  });

  it('correct the misspelt unit of the standard and nothing else', () => {
    expect(read({ value: '40', measurand: 'Temperature', unit: 'Celcius' }).samples[0]?.unit).toBe('Celsius');
    expect(read({ value: '40', measurand: 'Temperature', unit: 'Fahrenheit' }).samples[0]?.unit).toBe('Fahrenheit');
  });

  it('keep the time as the station sent it beside what it means', () => {
    expect(readSampledValues([{ timestamp: '2025-06-01T12:00:00', sampledValue: [] }])).toEqual([
      { time: { at: new Date(timestamp), zoned: false, raw: '2025-06-01T12:00:00' }, samples: [], columns: nothing },
    ]);
  });
});

describe('main columns', () => {
  it('of a full reading', () => {
    expect(
      read(
        { value: '12.345', unit: 'kWh' },
        { value: '11.04', measurand: 'Power.Active.Import', unit: 'kW' },
        { value: '16.1', measurand: 'Current.Import', unit: 'A', phase: 'L1' },
        { value: '15.8', measurand: 'Current.Import', unit: 'A', phase: 'L2' },
        { value: '0.3', measurand: 'Current.Import', unit: 'A', phase: 'N' },
        { value: '230', measurand: 'Voltage', unit: 'V', phase: 'L1-N' },
        { value: '81', measurand: 'SoC', unit: 'Percent', location: 'EV' },
      ).columns,
    ).toEqual({ registerWh: 12_345n, powerW: 11_040, currentA: 16, socPercent: 81, signed: false });
  });

  it('add up the phases of a register when there is no total, rounding once', () => {
    expect(
      read(
        { value: '1.0004', unit: 'kWh', phase: 'L1' },
        { value: '2.0004', unit: 'kWh', phase: 'L2' },
        { value: '3.0002', unit: 'kWh', phase: 'L3' },
      ).columns.registerWh,
    ).toBe(6001n);
    expect(read({ value: '5', phase: 'L1-N' }).columns.registerWh).toBe(5n);
    expect(read({ value: '5', phase: 'L1-L2' }).columns.registerWh).toBeNull();
  });

  it('count a phase once that was sent in both spellings', () => {
    expect(read({ value: '5', phase: 'L1' }, { value: '5', phase: 'L1-N' }, { value: '7', phase: 'L2' }).columns.registerWh).toBe(12n);
  });

  it('prefer the total to its phases', () => {
    expect(read({ value: '3', phase: 'L1' }, { value: '10' }, { value: '4', phase: 'L2' }).columns.registerWh).toBe(10n);
    const power = { measurand: 'Power.Active.Import', unit: 'W' } as const;
    expect(read({ ...power, value: '10' }, { ...power, value: '3', phase: 'L1' }).columns.powerW).toBe(10);
  });

  it('do not add half a register', () => {
    expect(read({ value: '3', phase: 'L1' }, { value: 'error', phase: 'L2' }).columns.registerWh).toBeNull();
  });

  it('does not take a register for one that no meter counts to', () => {
    expect(read({ value: '9007199254740991' }).columns.registerWh).toBe(9_007_199_254_740_991n);
    expect(read({ value: '9223372036854775807' }).columns.registerWh).toBeNull();
    expect(read({ value: '-9223372036854775807' }).columns.registerWh).toBeNull();
    expect(read({ value: '9007199254740991', phase: 'L1' }, { value: '9007199254740991', phase: 'L2' }).columns.registerWh).toBeNull();
  });

  it.each<[string, Loose<SampledValue>]>([
    ['the inlet', { value: '1', location: 'Inlet' }],
    ['export', { value: '1', measurand: 'Energy.Active.Export.Register' }],
    ['an interval', { value: '1', measurand: 'Energy.Active.Import.Interval' }],
    ['a measurand nobody defined', { value: '1', measurand: 'Energy.Wish' }],
    ['a unit of something else', { value: '1', unit: 'varh' }],
    ['no number', { value: 'n/a' }],
  ])('of %s hold no register', (_, sample) => {
    expect(read(sample).columns).toEqual(nothing);
  });

  it('take the end when begin and end come under one timestamp', () => {
    const begin = { value: '100', context: 'Transaction.Begin' } as const;
    const end = { value: '900', context: 'Transaction.End' } as const;
    expect(read(begin, end).columns.registerWh).toBe(900n);
    expect(read(end, begin).columns.registerWh).toBe(900n);
    expect(read(begin).columns.registerWh).toBe(100n);
    expect(read({ value: '7', context: 'Vendor.Context' }).columns.registerWh).toBe(7n);
  });

  it('know a state of charge only within 0 to 100', () => {
    const soc = (value: string) => read({ value, measurand: 'SoC' }).columns.socPercent;
    expect([soc('0'), soc('100'), soc('79.6'), soc('101'), soc('-1'), soc('?')]).toEqual([0, 100, 80, null, null, null]);
  });

  it('say that a reading is signed, never parse what is signed, and keep it byte for byte', () => {
    const value = 'OCMF|{"FV":"1.0","RV":0.10}|{"SD":"30…"} \n';
    const reading = read({ value, format: 'SignedData' }, { value: '5' });
    expect(reading.columns).toMatchObject({ signed: true, registerWh: 5n });
    expect(reading.samples[0]?.value).toBe(value);
    expect(read({ value: '99', format: 'SignedData' }).columns.registerWh).toBeNull();
  });

  it('negative power means the vehicle feeds back', () => {
    expect(mainColumns(read({ value: '-2.5', measurand: 'Power.Active.Import', unit: 'kW' }).samples).powerW).toBe(-2500);
  });
});

describe('enumerations', () => {
  interface Published {
    $id: string;
    properties: Record<string, { enum?: string[]; properties?: Record<string, { enum?: string[] }> }>;
  }
  const published = createRequire(import.meta.url)('ocpp-rpc/lib/schemas/ocpp1_6.json') as Published[];
  const property = (id: string, name: string) => published.find((schema) => schema.$id === id)?.properties[name];

  it('are those of the schemas', () => {
    const sorted = (values: readonly string[] | undefined) => [...(values ?? [])].sort();
    expect(sorted(CONNECTOR_STATUSES)).toEqual(sorted(property('urn:StatusNotification.req', 'status')?.enum));
    expect(sorted(CHARGE_POINT_ERROR_CODES)).toEqual(sorted(property('urn:StatusNotification.req', 'errorCode')?.enum));
    expect(sorted(STOP_REASONS)).toEqual(sorted(property('urn:StopTransaction.req', 'reason')?.enum));
    expect(sorted(AUTHORIZATION_STATUSES)).toEqual(sorted(property('urn:Authorize.conf', 'idTagInfo')?.properties?.status?.enum));
    expect(STATION_STATUSES.every((status) => CONNECTOR_STATUSES.includes(status))).toBe(true);
  });
});
