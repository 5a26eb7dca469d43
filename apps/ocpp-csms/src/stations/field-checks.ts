import type { CreateLocationRequest, CreateSiteRequest, CreateStationRequest, NewConnector, NewEvse } from '@ampline/contracts';
import { isUuid } from '@ampline/kernel-ids';
import { isTimeZone } from '@ampline/kernel-time';
import { csmsErrors } from '../errors.js';

/** Highest EVSE and connector number that is taken for meant. */
export const MOST_EVSES = 64;
const MOST_CONNECTORS = 8;
const MOST_WATTS = 10_000_000n;

/** Most ids that one request names. */
const MOST_IDS = 500;

/** Throws `csms.invalid-field` naming the field (as in the .proto) and the rule, never the value. */
export function check(field: string, holds: boolean, rule: string): void {
  if (!holds) throw csmsErrors.invalidField({ field, rule });
}

/** The id in lower case, as the database prints it. */
export function checkedId(field: string, id: string): string {
  check(field, isUuid(id), 'a UUID');
  return id.toLowerCase();
}

export function checkedIds(field: string, ids: readonly string[]): string[] {
  check(field, ids.length <= MOST_IDS, `at most ${MOST_IDS}`);
  return ids.map((id) => checkedId(field, id));
}

export function checkText(field: string, text: string, most: number): void {
  check(
    field,
    text.trim() === text && text.length > 0 && text.length <= most && !/\p{Cc}/u.test(text),
    `1 to ${most} characters, no blanks around`,
  );
}

/** A text to compare with: anything but control characters, which the database does not take. */
export function checkedFilter(field: string, text: string): string | undefined {
  check(field, text.length <= 200 && !/\p{Cc}/u.test(text), 'at most 200 characters, no control characters');
  return text === '' ? undefined : text;
}

export function checkSite(request: CreateSiteRequest): void {
  checkText('name', request.name, 100);
  check('time_zone', isTimeZone(request.timeZone), 'an IANA time zone, such as Europe/Berlin');
}

export function checkLocation(request: CreateLocationRequest): void {
  checkText('name', request.name, 100);
  checkText('address', request.address, 200);
  checkText('postal_code', request.postalCode, 20);
  checkText('city', request.city, 100);
  check('country_code', /^[A-Z]{3}$/.test(request.countryCode), 'an ISO 3166-1 alpha-3 code, such as DEU');
  check('latitude', (request.latitude === '') === (request.longitude === ''), 'given together with longitude');
  check('latitude', isDegrees(request.latitude, 90), 'decimal degrees from -90 to 90 with at most 7 decimals');
  check('longitude', isDegrees(request.longitude, 180), 'decimal degrees from -180 to 180 with at most 7 decimals');
}

/**
 * The identity is the last segment of the connection URL and the user name of Basic authentication, which cannot hold a colon.
 * As a path segment a client resolves `.` and `..` away, percent-encoded or not.
 */
export function isIdentity(text: string): boolean {
  return /^[^\p{C}\p{Z}/:?#%]{1,48}$/u.test(text) && text !== '.' && text !== '..';
}

/** eMI3 EVSE id: country, operator, E, power outlet id; separators are optional. */
export function isEvseCode(text: string): boolean {
  return /^[A-Z]{2}\*?[A-Z0-9]{3}\*?E[A-Z0-9][A-Z0-9*]{0,30}$/i.test(text);
}

export function checkStation(request: CreateStationRequest): void {
  check('identity', isIdentity(request.identity), '1 to 48 characters without blanks and / : ? # %, not . or ..');
  if (request.password !== '') checkPassword(request.password);
  if (request.vendor !== '') checkText('vendor', request.vendor, 50);
  if (request.model !== '') checkText('model', request.model, 50);
  check('evses', request.evses.length >= 1, `1 to ${MOST_EVSES} EVSEs`);
  checkEvses(request.evses);
}

/** EVSEs that a station is to have. */
export function checkEvses(evses: readonly NewEvse[]): void {
  check('evses', evses.length <= MOST_EVSES, `at most ${MOST_EVSES} EVSEs`);
  const codes = evses.map((evse) => evse.code.toUpperCase()).filter((code) => code !== '');
  check('evses.code', new Set(codes).size === codes.length, 'no EVSE id twice');
  for (const evse of evses) checkEvse(evse);
}

/** AuthorizationKey of the 1.6 security whitepaper: 16 to 40 characters. */
export function checkPassword(password: string): void {
  check('password', /^[\x21-\x7e]{16,40}$/.test(password), '16 to 40 printable ASCII characters without blanks');
}

function checkEvse(evse: NewEvse): void {
  check('evses.code', evse.code === '' || isEvseCode(evse.code), 'an eMI3 EVSE id, such as DE*AMP*E1234*1');
  check('evses.connectors', evse.connectors.length >= 1 && evse.connectors.length <= MOST_CONNECTORS, `1 to ${MOST_CONNECTORS} connectors`);
  for (const connector of evse.connectors) checkConnector(connector);
}

function checkConnector(connector: NewConnector): void {
  check('evses.connectors.type', /^[A-Za-z0-9-]{0,20}$/.test(connector.type), 'at most 20 letters, digits and hyphens, such as cType2');
  check('evses.connectors.max_power_w', connector.maxPowerW >= 0n && connector.maxPowerW <= MOST_WATTS, `0 to ${MOST_WATTS} W`);
}

function isDegrees(text: string, most: number): boolean {
  return text === '' || (/^-?\d{1,3}(\.\d{1,7})?$/.test(text) && Math.abs(Number(text)) <= most);
}
