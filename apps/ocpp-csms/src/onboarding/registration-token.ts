import { createHash, randomInt } from 'node:crypto';

/** Easy to read out and to type: no 0, O, 1, l, I. */
const ALPHABET = '23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
/** About 116 bits; stations of OCPP 1.6 take a password of 16 to 40 characters, many no more than 20. */
const LENGTH = 20;

/** A new token, to be told once. */
export function newRegistrationToken(): string {
  return Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
}

/** As it is stored and looked for. */
export function registrationTokenHash(token: string): Buffer {
  return createHash('sha256').update(token, 'utf8').digest();
}
