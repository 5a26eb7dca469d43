import { apiErrors } from '../errors.js';

/** What somebody says they are allowed in by; nothing of it is verified yet. */
export interface Credential {
  readonly kind: 'access-token' | 'api-key' | 'guest-link';
  readonly secret: string;
}

const KINDS: Readonly<Record<string, Credential['kind']>> = { bearer: 'access-token', apikey: 'api-key', guest: 'guest-link' };
/** Tokens of a realm with many claims are a few KiB. */
const LONGEST = 8_192;

/** Reads `Bearer <access token>`, `ApiKey <key>` or `Guest <secret>`. Throws `api.unauthenticated` for anything else. */
export function credentialOf(authorization: string): Credential {
  const [, scheme = '', secret = ''] = /^(\w+) ([\x21-\x7e]+)$/.exec(authorization.trim()) ?? [];
  const kind = KINDS[scheme.toLowerCase()];
  if (!kind || secret.length > LONGEST) throw apiErrors.unauthenticated({ reason: 'unreadable' });
  return { kind, secret };
}

/** The credential of a request; undefined when it carries none. Throws `api.unauthenticated` for an unreadable one, and for two at once. */
export function credentialOfHeaders(headers: Readonly<Record<string, string | string[] | undefined>>): Credential | undefined {
  const { authorization, 'x-api-key': apiKey } = headers;
  if (authorization !== undefined && apiKey !== undefined) throw apiErrors.unauthenticated({ reason: 'two-credentials' });
  if (typeof apiKey === 'string') return credentialOf(`ApiKey ${apiKey}`);
  return typeof authorization === 'string' ? credentialOf(authorization) : undefined;
}
