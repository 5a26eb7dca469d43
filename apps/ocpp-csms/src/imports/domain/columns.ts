import { isTimeZone } from '@ampline/kernel-time';
import { isIdentity, isEvseCode } from '../../stations/field-checks.js';
import { alpha3Of } from './countries.js';

/** What one file is about; the column `kind`. */
export type ImportKind = 'sites' | 'locations' | 'stations' | 'id-tokens';

/** One column of a table. */
export interface ImportColumn {
  /** Name of the field in a row; the first English header but for blanks and case. */
  field: string;
  /** Headers of the templates, English and German. */
  headers: readonly [string, string];
  /** Other headers that are taken for it. Case, blanks and punctuation do not count, here as there. */
  also?: readonly string[];
  required?: true;
  /** The value as it is kept. Undefined: it cannot be taken. */
  read: (text: string) => string | undefined;
  /** What the value has to be. */
  rule: string;
}

const text = (most: number) => ({
  read: (value: string) => (value.length <= most && !/\p{Cc}/u.test(value) ? value : undefined),
  rule: `At most ${most} characters, no line breaks.`,
});
const matching = (pattern: RegExp, rule: string) => ({ read: (value: string) => (pattern.test(value) ? value : undefined), rule });
const wholeFrom1 = (most: number) => ({
  read: (value: string) => (/^[1-9]\d{0,3}$/.test(value) && Number(value) <= most ? value : undefined),
  rule: `A whole number from 1 to ${most}.`,
});
const degrees = (most: number) => ({
  read: (value: string) => {
    const number = value.replace(',', '.');
    return /^-?\d{1,3}(\.\d{1,15})?$/.test(number) && Math.abs(Number(number)) <= most ? trimmedDecimal(number) : undefined;
  },
  rule: `Decimal degrees from -${most} to ${most}, with a point or a comma.`,
});

const SITE = { field: 'site', headers: ['Site', 'Standort'], required: true, ...text(100) } as const;
const ADDRESS = { field: 'address', headers: ['Address', 'Adresse'], also: ['Street', 'Anschrift', 'Straße'], ...text(200) } as const;

/** The columns of each kind, in the order of the templates. */
export const COLUMNS: Record<ImportKind, readonly ImportColumn[]> = {
  sites: [
    { field: 'name', headers: ['Name', 'Name'], also: ['Site', 'Standort', 'Bezeichnung'], required: true, ...text(100) },
    {
      field: 'timeZone',
      headers: ['Time zone', 'Zeitzone'],
      required: true,
      read: (value) => (isTimeZone(value) ? value : undefined),
      rule: 'An IANA time zone, such as Europe/Berlin.',
    },
  ],
  locations: [
    SITE,
    { field: 'name', headers: ['Name', 'Name'], also: ['Location', 'Stellplatz', 'Ort', 'Bezeichnung'], required: true, ...text(100) },
    { ...ADDRESS, required: true },
    { field: 'postalCode', headers: ['Postal code', 'Postleitzahl'], also: ['Zip', 'PLZ'], required: true, ...text(20) },
    { field: 'city', headers: ['City', 'Stadt'], also: ['Gemeinde'], required: true, ...text(100) },
    {
      field: 'country',
      headers: ['Country', 'Land'],
      required: true,
      read: alpha3Of,
      rule: 'An ISO 3166-1 code of two or three letters, such as DE or DEU.',
    },
    { field: 'latitude', headers: ['Latitude', 'Breitengrad'], also: ['Lat', 'Breite'], ...degrees(90) },
    { field: 'longitude', headers: ['Longitude', 'Längengrad'], also: ['Lon', 'Lng', 'Länge'], ...degrees(180) },
  ],
  stations: [
    {
      field: 'identity',
      headers: ['Identity', 'Identität'],
      also: ['Charge point id', 'Charging station', 'Ladestation', 'Stationskennung'],
      required: true,
      read: (value) => (isIdentity(value) ? value : undefined),
      rule: '1 to 48 characters without blanks and / : ? # %.',
    },
    SITE,
    { field: 'location', headers: ['Location', 'Stellplatz'], also: ['Ort', 'Ladeort'], required: true, ...text(100) },
    ADDRESS,
    { field: 'vendor', headers: ['Vendor', 'Hersteller'], also: ['Manufacturer'], ...text(50) },
    { field: 'model', headers: ['Model', 'Modell'], ...text(50) },
    { field: 'serialNumber', headers: ['Serial number', 'Seriennummer'], also: ['Serial'], ...text(50) },
    { field: 'evse', headers: ['EVSE', 'EVSE'], also: ['EVSE number', 'EVSE-Nummer', 'Ladepunkt'], ...wholeFrom1(64) },
    {
      field: 'evseId',
      headers: ['EVSE id', 'EVSE-Kennung'],
      read: (value) => (isEvseCode(value) ? value.toUpperCase() : undefined),
      rule: 'An eMI3 EVSE id, such as DE*AMP*E1234*1.',
    },
    { field: 'connector', headers: ['Connector', 'Anschluss'], also: ['Stecker'], ...wholeFrom1(8) },
    {
      field: 'connectorType',
      headers: ['Connector type', 'Steckertyp'],
      also: ['Anschlusstyp'],
      ...matching(/^[A-Za-z0-9-]{1,20}$/, 'At most 20 letters, digits and hyphens, such as cType2 or cCCS2.'),
    },
    {
      field: 'maxPowerKw',
      headers: ['Max power kW', 'Max. Leistung kW'],
      also: ['Power kW', 'Leistung kW'],
      read: (value) => {
        const number = value.replace(',', '.');
        return /^\d{1,5}(\.\d{1,3})?$/.test(number) && Number(number) <= 10_000 ? trimmedDecimal(number) : undefined;
      },
      rule: 'Kilowatts from 0 to 10000, at most three decimals.',
    },
  ],
  'id-tokens': [
    {
      field: 'idToken',
      headers: ['Id token', 'Ladekarte'],
      also: ['Card', 'RFID', 'Kartennummer'],
      required: true,
      ...matching(/^[\x21-\x7e](?:[\x20-\x7e]{0,34}[\x21-\x7e])?$/, '1 to 36 printable ASCII characters; OCPP 1.6 stations take 20.'),
    },
    {
      field: 'expiresAt',
      headers: ['Expires at', 'Gültig bis'],
      also: ['Expires', 'Ablauf'],
      read: instant,
      rule: 'A date such as 2027-12-31 or 31.12.2027: the token ends with that day, UTC. Or a time with its offset.',
    },
    { field: 'group', headers: ['Group', 'Gruppe'], also: ['Group token'], ...text(20) },
    { field: 'concurrent', headers: ['Concurrent', 'Mehrfachladen'], read: yesOrNo, rule: 'yes or no.' },
  ],
};

/** Two rows that show what is meant. */
const EXAMPLES: Record<ImportKind, readonly [readonly string[], readonly string[]]> = {
  sites: [
    ['Harbour', 'Europe/Berlin'],
    ['Airport', 'Europe/Vienna'],
  ],
  locations: [
    ['Harbour', 'Yard', 'Hafenstr. 1', '20457', 'Hamburg', 'DEU', '53.5413', '9.9842'],
    ['Airport', 'P4', 'Einfahrtsstr. 10', '1300', 'Schwechat', 'AUT', '48.1188', '16.5650'],
  ],
  stations: [
    ['CP-0001', 'Harbour', 'Yard', '', 'Example', 'AC 22', 'SN0001', '1', 'DE*AMP*E0001*1', '1', 'cType2', '22'],
    ['CP-0001', 'Harbour', 'Yard', '', 'Example', 'AC 22', 'SN0001', '2', 'DE*AMP*E0001*2', '1', 'cType2', '22'],
  ],
  'id-tokens': [
    ['04A1B2C3D4E5F6', '2027-12-31', 'FLEET', 'no'],
    ['04F6E5D4C3B2A1', '', '', 'yes'],
  ],
};

/** The head and two rows. */
export function templateOf(kind: ImportKind, german: boolean): readonly (readonly string[])[] {
  return [COLUMNS[kind].map(({ headers }) => headers[german ? 1 : 0]), ...EXAMPLES[kind]];
}

function trimmedDecimal(number: string): string {
  const [whole = '', decimals = ''] = number.split('.');
  const kept = decimals.slice(0, 7).replace(/0+$/, '');
  const value = `${whole.replace(/^(-?)0+(?=\d)/, '$1')}${kept && `.${kept}`}`;
  return value === '-0' ? '0' : value;
}

function instant(value: string): string | undefined {
  const german = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(value);
  const day = german ? `${german[3]}-${german[2]?.padStart(2, '0')}-${german[1]?.padStart(2, '0')}` : value;
  if (/^\d{4}-\d{2}-\d{2}$/.test(day)) {
    const end = new Date(`${day}T23:59:59.000Z`);
    return !Number.isNaN(end.getTime()) && end.toISOString().startsWith(day) ? end.toISOString() : undefined;
  }
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/.test(value)) return undefined;
  const at = new Date(value);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}

function yesOrNo(value: string): string | undefined {
  const word = value.toLowerCase();
  if (['yes', 'ja', 'true', 'wahr', '1', 'x'].includes(word)) return 'yes';
  return ['no', 'nein', 'false', 'falsch', '0'].includes(word) ? 'no' : undefined;
}
