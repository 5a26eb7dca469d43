/** Where a station wants to go. `token`: a registration token, for stations that can be given a URL and no password. */
export type StationUrl =
  { kind: 'station'; tenant?: string; station: string; token?: string } | { kind: 'elsewhere' } | { kind: 'malformed' };

const ROOT = 'ocpp';
const LONGEST_SEGMENT = 255;
const CONTROL = /[\u0000-\u001f\u007f]/;

/**
 * Reads `/ocpp/<tenant>/<station>` and `/ocpp/<station>`, percent-decoded (OCPP-J 1.6, "The connection URL"), and with a registration
 * token `/ocpp/<tenant>/<token>/<station>` or `/ocpp/<tenant>/<station>?token=<token>`. Doubled and trailing slashes count as one:
 * stations append their identity to whatever was typed into them.
 */
export function readStationUrl(url: string): StationUrl {
  const [path = '', query = ''] = (url.split('#', 1)[0] as string).split('?', 2);
  const segments = path.split('/').filter((segment) => segment !== '');
  if (segments[0] !== ROOT || segments.length === 1 || segments.length > 4) return { kind: 'elsewhere' };
  const decoded = segments.slice(1).map(decode);
  const station = decoded.at(-1);
  if (station === undefined || decoded.includes(undefined)) return { kind: 'malformed' };
  const tenant = decoded.length > 1 ? decoded[0] : undefined;
  const token = decoded.length === 3 ? decoded[1] : (new URLSearchParams(query).get('token') ?? undefined);
  return { kind: 'station', ...(tenant !== undefined && { tenant }), station, ...(token ? { token } : {}) };
}

function decode(segment: string): string | undefined {
  const text = decodeUri(segment);
  return text === undefined || text === '' || text.length > LONGEST_SEGMENT || CONTROL.test(text) ? undefined : text;
}

function decodeUri(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch (e) {
    if (e instanceof URIError) return undefined;
    throw e;
  }
}
