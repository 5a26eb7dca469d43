import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** First segment of the path of every link. */
export const LINK_FOLDER = 'f';

/** What a station knows and we do not keep. */
export interface LinkSecret {
  /** 43 characters, base64url. */
  token: string;
  ftpUser: string;
  ftpPassword: string;
}

/** Stations cut long URLs: token and password together stay below 90 characters. */
export function newLinkSecret(): LinkSecret {
  return {
    token: randomBytes(32).toString('base64url'),
    ftpUser: `s${randomBytes(8).toString('hex')}`,
    ftpPassword: randomBytes(18).toString('base64url'),
  };
}

/** The secrets are random and long: a plain hash of them cannot be guessed backwards. */
export function secretHash(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** Takes the same time wherever they differ. */
export function isSecret(secret: string, hash: Buffer): boolean {
  return timingSafeEqual(secretHash(secret), hash);
}
