/** How hard a password is to guess: length above all, as NIST SP 800-63B has it. */
export type Strength = 'short' | 'weak' | 'fair' | 'strong';

export const SHORTEST = 12;
export const LONGEST = 128;
const LONG = 16;
const VERY_LONG = 20;
/** Of few different characters even a long one is weak. */
const FEW = 6;

/** `known`: what whoever guesses would try first, such as name and address. */
export function strengthOf(password: string, known: readonly string[] = []): Strength {
  const length = [...password].length;
  if (length < SHORTEST) return 'short';
  const plain = password.toLowerCase();
  const guessable = known
    .flatMap((text) => text.toLowerCase().split(/[^\p{L}\p{N}]+/u))
    .some((word) => word.length > 3 && plain.includes(word));
  if (guessable || new Set(plain).size < FEW || isRun(plain)) return 'weak';
  if (length >= VERY_LONG) return 'strong';
  return length >= LONG && kinds(password) >= 2 ? 'strong' : 'fair';
}

/** Lower case, upper case, digits, others. */
function kinds(password: string): number {
  return [/\p{Ll}/u, /\p{Lu}/u, /\d/, /[^\p{L}\d]/u].filter((kind) => kind.test(password)).length;
}

/** Mostly one character after the other: `abcdefghijkl`, `123456789012`. */
function isRun(text: string): boolean {
  const codes = [...text].map((character) => character.codePointAt(0) ?? 0);
  const steps = codes.slice(1).filter((code, index) => Math.abs(code - (codes[index] ?? 0)) <= 1).length;
  return steps > codes.length / 2;
}
