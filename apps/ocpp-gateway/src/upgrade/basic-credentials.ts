import { isUtf8 } from 'node:buffer';

export interface BasicCredentials {
  username: string;
  password: string;
}

const BASIC = /^basic +([A-Za-z0-9+/_-]+={0,2}) *$/i;

/**
 * Reads an Authorization header (OCPP 1.6 security whitepaper, "Basic authentication": the user name is the station's identity).
 * An identity may hold a colon, a user name of RFC 7617 may not: a name that begins with the identity ends where the identity does.
 * Bytes that are no UTF-8 are taken as Latin-1, so that a binary key arrives whole.
 */
export function readBasicCredentials(header: string | undefined, identity: string): BasicCredentials | undefined {
  const encoded = header === undefined ? undefined : BASIC.exec(header)?.[1];
  if (encoded === undefined) return undefined;
  const bytes = Buffer.from(encoded, 'base64');
  const text = bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1');
  const own = text.slice(0, identity.length + 1).toLowerCase() === `${identity.toLowerCase()}:`;
  const colon = own ? identity.length : text.indexOf(':');
  return colon < 0 ? undefined : { username: text.slice(0, colon), password: text.slice(colon + 1) };
}
