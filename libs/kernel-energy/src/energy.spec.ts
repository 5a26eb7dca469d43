import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { scaledInteger, sumW, sumWh, toA, toPercent, toV, toW, toWh } from './index.js';

describe('toWh', () => {
  it.each([
    ['0', undefined, 0n],
    ['1234', undefined, 1234n],
    ['1234', 'Wh', 1234n],
    ['12.5', 'kWh', 12_500n],
    ['12.3456', 'kWh', 12_346n],
    ['0.0005', 'kWh', 0n],
    ['0.0015', 'kWh', 2n],
    ['0.0025', 'kWh', 2n],
    ['0.00250001', 'kWh', 3n],
    ['-0.0015', 'kWh', -2n],
    ['-0', 'Wh', 0n],
    ['1e3', 'Wh', 1000n],
    ['1.5E-1', 'kWh', 150n],
    ['.5', 'kWh', 500n],
    ['7.', 'Wh', 7n],
    ['+7', 'Wh', 7n],
    [' 7 ', ' Wh ', 7n],
    ['7', '', 7n],
    ['1', 'KWH', 1000n],
    ['1', 'kwh', 1000n],
    ['2', 'MWh', 2_000_000n],
    ['2000', 'mWh', 2n],
    ['9223372036854775807', 'Wh', 9223372036854775807n],
    ['9007199254740993', 'Wh', 9007199254740993n],
    ['0e999', 'kWh', 0n],
  ])('%j %p is %p Wh', (value, unit, wh) => {
    expect(toWh(value, unit)).toBe(wh);
  });

  it.each([
    ['', 'Wh'],
    ['abc', 'Wh'],
    ['1,5', 'kWh'],
    ['1 000', 'Wh'],
    ['0x10', 'Wh'],
    ['NaN', 'Wh'],
    ['Infinity', 'Wh'],
    ['--1', 'Wh'],
    ['.', 'Wh'],
    ['1', 'W'],
    ['1', 'varh'],
    ['1', 'MWH'],
    ['9223372036854775808', 'Wh'],
    ['9223372036854775807', 'kWh'],
    ['1e999', 'Wh'],
    ['1e9999999999', 'Wh'],
    ['1'.repeat(65), 'Wh'],
  ])('%j %p is nothing we could bill', (value, unit) => {
    expect(toWh(value, unit)).toBeNull();
  });

  it('takes every integer of watt-hours as it is, and kWh with three decimals without loss', () => {
    const wh = fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n });
    fc.assert(
      fc.property(wh, (n) => {
        expect(toWh(n.toString(), 'Wh')).toBe(n);
        const text = (n < 0n ? -n : n).toString().padStart(4, '0');
        expect(toWh(`${n < 0n ? '-' : ''}${text.slice(0, -3)}.${text.slice(-3)}`, 'kWh')).toBe(n);
      }),
    );
  });

  it('is never more than half a watt-hour off', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000 }), fc.nat(999_999), (whole, micro) => {
        const wh = Number(toWh(`${whole}.${String(micro).padStart(6, '0')}`, 'Wh'));
        expect(Math.abs(wh - (whole + micro / 1e6))).toBeLessThanOrEqual(0.5 + 1e-6);
      }),
    );
  });
});

describe('scaledInteger', () => {
  it('rounds an exact tie to the even neighbour, whatever the sign', () => {
    fc.assert(
      fc.property(fc.integer({ min: -10_000, max: 10_000 }), (n) => {
        const result = scaledInteger(`${n < 0 ? '-' : ''}${Math.abs(n)}.5`, 0) as bigint;
        expect(result % 2n).toBe(0n);
      }),
    );
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string(), fc.integer({ min: -6, max: 6 }), (text, shift) => void scaledInteger(text, shift)));
  });
});

describe('the other quantities', () => {
  it('power', () => {
    expect(toW('11.04', 'kW')).toBe(11_040);
    expect(toW('-3680', undefined)).toBe(-3680);
    expect(toW('1', 'MW')).toBe(1_000_000);
    expect(toW('1', 'mw')).toBeNull();
    expect(toW('11', 'kVA')).toBeNull();
    expect(toW('9007199254740993', 'W')).toBeNull();
  });

  it('current, voltage, share', () => {
    expect(toA('160', 'dA')).toBe(16);
    expect(toA('15.96', 'A')).toBe(16);
    expect(toA('32000', 'mA')).toBe(32);
    expect(toV('230.4', 'V')).toBe(230);
    expect(toV('0.4', 'kV')).toBe(400);
    expect(toPercent('81', 'Percent')).toBe(81);
    expect(toPercent('81', '%')).toBe(81);
    expect(toPercent('81', undefined)).toBe(81);
    expect(toPercent('81', 'Wh')).toBeNull();
  });
});

describe('sums of parts', () => {
  it('are rounded once', () => {
    expect(sumWh([{ value: '0.0004', unit: 'kWh' }, { value: '0.0004', unit: 'kWh' }, { value: '0.4' }])).toBe(1n);
    expect(sumW([{ value: '3.6804', unit: 'kW' }, { value: '3680.4', unit: 'W' }, { value: '-0.8' }])).toBe(7360);
    expect(sumWh([{ value: '-0.5' }, { value: '-1' }])).toBe(-2n);
  });

  it('are unknown when a part is, or when there is none', () => {
    expect(sumWh([{ value: '1' }, { value: 'x' }])).toBeNull();
    expect(sumWh([])).toBeNull();
  });

  it('of one part are that part', () => {
    const text = fc.tuple(fc.integer(), fc.nat(999_999)).map(([whole, micro]) => `${whole}.${String(micro).padStart(6, '0')}`);
    fc.assert(fc.property(text, fc.constantFrom('Wh', 'kWh'), (value, unit) => expect(sumWh([{ value, unit }])).toBe(toWh(value, unit))));
  });
});
