import { AppError } from '@ampline/kernel-errors';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { add, compare, fromProto, minorUnits, money, multiply, round, subtract, toProto, zero, type Money } from './index.js';

const eur = (amount: string): Money => money(amount, 'EUR');
const cents = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n });
const fromCents = (n: bigint): Money => multiply(eur('0.01'), n);

describe('money', () => {
  it.each(['0', '1.10', '-3.5', '123456789012345678901234567890.123456789'])('accepts %s', (amount) => {
    expect(compare(eur(amount), fromProto(toProto(eur(amount))))).toBe(0);
  });

  it.each(['', '1,5', '1e3', ' 1', '+1', '.5', '1.', 'NaN', 'Infinity', '0x1'])('refuses the amount %j', (amount) => {
    expect(() => eur(amount)).toThrow(AppError);
    expect(() => multiply(eur('1'), amount)).toThrow(AppError);
  });

  it.each(['', 'eur', 'EU', 'EURO', '€'])('refuses the currency %j', (currency) => {
    expect(() => money('1', currency)).toThrow(AppError);
  });

  it('knows no negative zero', () => {
    expect(eur('-0').amount).toBe('0');
    expect(round(eur('-0.001')).amount).toBe('0.00');
    expect(subtract(eur('1'), eur('1')).amount).toBe('0');
  });
});

describe('arithmetic', () => {
  it('is exact where floating point is not', () => {
    expect(add(eur('0.1'), eur('0.2')).amount).toBe('0.3');
    expect(multiply(eur('0.39'), '12.345').amount).toBe('4.81455');
    expect(multiply(eur('1.15'), 3n).amount).toBe('3.45');
  });

  it('writes neither exponents nor rounded digits', () => {
    expect(multiply(eur('0.000000000001'), '0.000000000001').amount).toBe(`0.${'0'.repeat(23)}1`);
    expect(multiply(eur('999999999999999999999999999999'), '1000000000').amount).toBe(`${'9'.repeat(30)}000000000`);
  });

  it('adds cents like integers', () => {
    fc.assert(
      fc.property(cents, cents, (a, b) => {
        expect(compare(add(fromCents(a), fromCents(b)), fromCents(a + b))).toBe(0);
        expect(compare(subtract(add(fromCents(a), fromCents(b)), fromCents(b)), fromCents(a))).toBe(0);
        expect(compare(fromCents(a), fromCents(b))).toBe(a === b ? 0 : a < b ? -1 : 1);
      }),
    );
  });

  it('starts sums at zero', () => {
    expect([eur('1.5'), eur('2.25')].reduce(add, zero('EUR'))).toEqual({ amount: '3.75', currency: 'EUR' });
  });

  it.each([add, subtract, compare])('does not combine two currencies (%p)', (operation) => {
    expect(() => operation(eur('1'), money('1', 'CHF'))).toThrow(expect.objectContaining({ code: 'money.currency-mismatch' }));
  });
});

describe('round', () => {
  it.each([
    ['2.345', 'half-up', '2.35'],
    ['-2.345', 'half-up', '-2.35'],
    ['2.345', 'half-even', '2.34'],
    ['2.355', 'half-even', '2.36'],
    ['2.341', 'up', '2.35'],
    ['2.349', 'down', '2.34'],
    ['2', 'half-up', '2.00'],
  ] as const)('%s %s is %s EUR', (amount, rounding, expected) => {
    expect(round(eur(amount), rounding).amount).toBe(expected);
  });

  it('uses the minor units of the currency', () => {
    expect(round(money('12.5', 'JPY')).amount).toBe('13');
    expect(round(money('1.2345', 'BHD')).amount).toBe('1.235');
    expect(minorUnits('HUF')).toBe(2);
  });

  it('is idempotent and at most half a cent off', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }), (n) => {
        const exact = multiply(eur('0.000001'), n);
        const rounded = round(exact);
        expect(round(rounded)).toEqual(rounded);
        const off = subtract(rounded, exact).amount.replace('-', '');
        expect(compare(eur(off), eur('0.005'))).not.toBe(1);
      }),
    );
  });
});
