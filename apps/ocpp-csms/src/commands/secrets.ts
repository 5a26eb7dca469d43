import { isDeepStrictEqual } from 'node:util';

/** In the place of a secret. */
export const HIDDEN = '[hidden]';

/** 1.6 security whitepaper, "AuthorizationKey": as it is set, and as a station may read it out. */
export function isPasswordSetting(item: unknown): item is { key: string; value: unknown } {
  if (typeof item !== 'object' || item === null || !('key' in item) || !('value' in item)) return false;
  return String(item.key).toLowerCase() === 'authorizationkey';
}

/** Up to the last `@` before the path: stations are given passwords that nobody has percent-encoded. */
const PASSWORD_OF_URL = /(:\/\/[^\s:/@]*:)[^\s/]+@/g;
/** User and path of a link to a station file, each of which gives access to it: docs/operations/station-files.md. */
const STATION_FILE = /(:\/\/)(?:[^\s/]*@)?([^\s/]+\/f\/)[\w-]{43}(?![\w-])/g;

/** JSON without what gives access: passwords of stations, passwords in URLs, links to station files. */
export function withoutSecrets(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(STATION_FILE, `$1$2${HIDDEN}`).replace(PASSWORD_OF_URL, `$1${HIDDEN}@`);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(withoutSecrets);
  const hidden = isPasswordSetting(value) ? { ...value, value: HIDDEN } : value;
  return Object.fromEntries(Object.entries(hidden).map(([key, item]) => [key, withoutSecrets(item)]));
}

/** An OCPP frame as it may be archived: as it was on the wire when there is nothing to hide. */
export function frameWithoutSecrets(frame: string): string {
  let read: unknown;
  try {
    read = JSON.parse(frame);
  } catch {
    return String(withoutSecrets(frame));
  }
  const shown = withoutSecrets(read);
  return isDeepStrictEqual(shown, read) ? frame : JSON.stringify(shown);
}
