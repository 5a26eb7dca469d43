const DECIMAL = /^\s*(?<sign>[+-]?)(?=\.?\d)(?<whole>\d*)(?:\.(?<fraction>\d*))?(?:[eE](?<exponent>[+-]?\d{1,3}))?\s*$/;
/** Longer texts are no measurement, and would make us compute with numbers of any size. */
const LONGEST_TEXT = 64;
const INT64_MAX = 2n ** 63n - 1n;

/**
 * `value × 10^shift` as an integer, rounded half to even (ties of many readings do not add up to a bias). Exact: no floating
 * point in between. Null when the text is no plain decimal number or the result does not fit a signed 64-bit integer.
 *
 * A decimal comma is refused, since `1,234` could be either a fraction or a thousand.
 */
export function scaledInteger(value: string, shift: number): bigint | null {
  if (value.length > LONGEST_TEXT) return null;
  const parts = DECIMAL.exec(value)?.groups;
  if (parts === undefined) return null;
  const fraction = parts.fraction ?? '';
  const digits = BigInt(`${parts.whole ?? ''}${fraction}`);
  const power = Number(parts.exponent ?? 0) + shift - fraction.length;
  if (digits !== 0n && power > LONGEST_TEXT) return null;
  const magnitude = power >= 0 ? digits * 10n ** BigInt(digits === 0n ? 0 : power) : divideHalfEven(digits, -power);
  if (magnitude > INT64_MAX) return null;
  return parts.sign === '-' ? -magnitude : magnitude;
}

/** A non-negative `digits × 10^-decimals`, rounded half to even. */
export function divideHalfEven(digits: bigint, decimals: number): bigint {
  const divisor = 10n ** BigInt(decimals);
  const quotient = digits / divisor;
  const twice = (digits % divisor) * 2n;
  const up = twice > divisor || (twice === divisor && quotient % 2n === 1n);
  return up ? quotient + 1n : quotient;
}
