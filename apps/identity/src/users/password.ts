import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt);

/** RFC 7914; about 50 ms and 32 MB each, at most four at a time (threads of the pool). */
const COST = { N: 2 ** 15, r: 8, p: 1 };
const BYTES = 32;
/** Longer ones are refused before they cost anything. */
export const LONGEST_PASSWORD = 128;
export const SHORTEST_PASSWORD = 12;

/** `scrypt$N$r$p$salt$hash`: the parameters stay with the hash, so that they can be raised later. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await derived(password, salt, COST);
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

/** Takes the same time whether there is a hash or not. */
export async function passwordMatches(password: string, stored: string | undefined): Promise<boolean> {
  const [, N, r, p, salt, hash] = (stored ?? NOBODYS).split('$');
  if (!salt || !hash) return false;
  const given = await derived(password.slice(0, LONGEST_PASSWORD + 1), Buffer.from(salt, 'base64url'), {
    N: Number(N),
    r: Number(r),
    p: Number(p),
  });
  return timingSafeEqual(given, Buffer.from(hash, 'base64url')) && stored !== undefined;
}

const NOBODYS = ['scrypt', COST.N, COST.r, COST.p, Buffer.alloc(16).toString('base64url'), Buffer.alloc(BYTES).toString('base64url')].join(
  '$',
);

function derived(password: string, salt: Buffer, cost: typeof COST): Promise<Buffer> {
  return derive(password.normalize('NFKC'), salt, BYTES, { ...cost, maxmem: 256 * cost.N * cost.r });
}
