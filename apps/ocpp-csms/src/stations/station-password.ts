import { hash as hashOf, randomBytes, timingSafeEqual } from 'node:crypto';

const SCHEME = 's256';
const SALT_BYTES = 16;

/**
 * Verifier of a station password: `s256:<salt>:<sha256(salt ‖ password)>`, base64. Station passwords are random keys of 16 to 40
 * characters, so that a slow hash would protect nothing and make a storm of reconnects a storm of hashing.
 */
export function stationPasswordHash(password: string, salt: Uint8Array = randomBytes(SALT_BYTES)): string {
  return `${SCHEME}:${Buffer.from(salt).toString('base64')}:${digest(salt, Buffer.from(password, 'utf8')).toString('base64')}`;
}

/**
 * Compares in constant time. Stations of the 1.6 security whitepaper differ in whether they send AuthorizationKey as the text they
 * were given or as the bytes whose hexadecimal form it is: all are tried, the likeliest first.
 *
 * @param offered the password of the Basic credentials; bytes that are no UTF-8 as one character each
 */
export function matchesStationPassword(hash: string, offered: string): boolean {
  const [scheme, salt, expected] = hash.split(':');
  if (scheme !== SCHEME || salt === undefined || expected === undefined) return false;
  const saltBytes = Buffer.from(salt, 'base64');
  const expectedBytes = Buffer.from(expected, 'base64');
  const matches = (form: Buffer): boolean => sameBytes(digest(saltBytes, form), expectedBytes);
  return matches(Buffer.from(offered, 'utf8')) || rarerForms(offered).some(matches);
}

function rarerForms(offered: string): Buffer[] {
  const hex = (['utf8', 'latin1'] as const).map((encoding) => Buffer.from(offered, encoding).toString('hex'));
  const forms = [...hex, ...hex.map((text) => text.toUpperCase())].map((text) => Buffer.from(text, 'utf8'));
  if (/^(?:[0-9a-f]{2})+$/i.test(offered)) forms.push(Buffer.from(offered, 'hex'));
  return forms;
}

function digest(salt: Uint8Array, password: Uint8Array): Buffer {
  return hashOf('sha256', Buffer.concat([salt, password]), 'buffer');
}

function sameBytes(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}
