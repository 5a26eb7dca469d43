import { Decimal } from 'decimal.js';
import { minorUnits } from './currency.js';
import { moneyErrors } from './errors.js';

/** An amount as decimal text with its ISO 4217 currency. Text, so that no floating point can touch it on its way. */
export interface Money {
  readonly amount: string;
  readonly currency: string;
}

/** The shape of `ampline.common.v1.Money` on the wire. */
export interface MoneyProto {
  amount: string;
  currency: string;
}

export type Rounding = 'half-up' | 'half-even' | 'up' | 'down';

/** @throws AppError `money.not-an-amount` or `money.not-a-currency` (both invalid). */
export function money(amount: string, currency: string): Money {
  if (!CURRENCY.test(currency)) throw moneyErrors.notACurrency();
  if (!AMOUNT.test(amount)) throw moneyErrors.notAnAmount();
  return { amount: text(new Exact(amount)), currency };
}

export function zero(currency: string): Money {
  return money('0', currency);
}

/** @throws AppError `money.currency-mismatch` */
export function add(a: Money, b: Money): Money {
  return { amount: text(exact(a).plus(same(a, b))), currency: a.currency };
}

/** @throws AppError `money.currency-mismatch` */
export function subtract(a: Money, b: Money): Money {
  return { amount: text(exact(a).minus(same(a, b))), currency: a.currency };
}

/** Exact: round afterwards, once. @param factor decimal text or whole number (`2`, `'0.19'`). */
export function multiply(a: Money, factor: string | bigint): Money {
  const times = factor.toString();
  if (!AMOUNT.test(times)) throw moneyErrors.notAnAmount();
  return { amount: text(exact(a).times(times)), currency: a.currency };
}

/** −1, 0 or 1; `1.5` and `1.50` are equal. @throws AppError `money.currency-mismatch` */
export function compare(a: Money, b: Money): -1 | 0 | 1 {
  return Math.sign(exact(a).comparedTo(same(a, b))) as -1 | 0 | 1;
}

/** To the minor units of the currency (EUR 2, JPY 0, BHD 3), written with all of them: `3.50`. Half-up is the commercial rule. */
export function round(a: Money, rounding: Rounding = 'half-up'): Money {
  const places = minorUnits(a.currency);
  const rounded = exact(a).toDecimalPlaces(places, ROUNDING[rounding]);
  return { amount: (rounded.isZero() ? rounded.abs() : rounded).toFixed(places), currency: a.currency };
}

export function toProto(a: Money): MoneyProto {
  return { amount: a.amount, currency: a.currency };
}

/** @throws AppError `money.not-an-amount` or `money.not-a-currency`: what came over a wire is checked. */
export function fromProto(proto: MoneyProto): Money {
  return money(proto.amount, proto.currency);
}

const AMOUNT = /^-?\d{1,30}(?:\.\d{1,30})?$/;
const CURRENCY = /^[A-Z]{3}$/;

// 400 digits hold any product of a dozen factors exactly; below that nothing is ever rounded silently.
const Exact = Decimal.clone({ precision: 400, toExpNeg: -9e15, toExpPos: 9e15 });

const ROUNDING: Record<Rounding, Decimal.Rounding> = {
  'half-up': Decimal.ROUND_HALF_UP,
  'half-even': Decimal.ROUND_HALF_EVEN,
  up: Decimal.ROUND_UP,
  down: Decimal.ROUND_DOWN,
};

function exact(a: Money): Decimal {
  return new Exact(a.amount);
}

function same(a: Money, b: Money): Decimal {
  if (a.currency === b.currency) return exact(b);
  throw moneyErrors.currencyMismatch({ currencies: [a.currency, b.currency] });
}

function text(value: Decimal): string {
  return (value.isZero() ? value.abs() : value).toFixed();
}
