import type { ImportKind } from './columns.js';
import { grouped } from './grouped.js';
import { problem, type Problem } from './problem.js';

export type ImportEffect = 'create' | 'change' | 'keep' | 'error';

/** A row of the file as it is stored. */
export interface StoredRow {
  number: number;
  group: number;
  subject: string;
  cells: Record<string, string>;
}

/** What becomes of a row. */
export interface Planned {
  row: StoredRow;
  effect: ImportEffect;
  problems: Problem[];
  /** Fields that are other than they are now. */
  changes: string[];
}

export interface KnownSite {
  siteId: string;
  name: string;
  timeZone: string;
}
export interface KnownLocation {
  locationId: string;
  siteName: string;
  name: string;
  address: string;
  postalCode: string;
  city: string;
  country: string;
  /** As the database prints it, without zeros at the end; empty: none. */
  latitude: string;
  longitude: string;
}
export interface KnownStation {
  stationId: string;
  identity: string;
  locationId: string;
  vendor: string;
  model: string;
  serialNumber: string;
  evses: readonly { number: number; code: string; connectors: readonly { number: number; type: string; maxPowerW: number }[] }[];
}
export interface KnownToken {
  expiresAt: string;
  groupToken: string;
  concurrent: boolean;
}

/** Everything that rows can be about, as it is now. Keys are in lower case, of EVSE ids in upper case; site names are exact. */
export interface Known {
  sites: ReadonlyMap<string, KnownSite>;
  /** By {@link placeKey}. */
  locations: ReadonlyMap<string, readonly KnownLocation[]>;
  stations: ReadonlyMap<string, KnownStation>;
  /** Of which station and EVSE each EVSE id is. */
  codes: ReadonlyMap<string, { stationId: string; number: number }>;
  tokens: ReadonlyMap<string, KnownToken>;
}

export function placeKey(site: string, location: string): string {
  return JSON.stringify([site, location.toLowerCase()]);
}

/** Compares rows with what there is. Rows of one station come together. What a cell leaves empty stays as it is. */
export function planRows(kind: ImportKind, rows: readonly StoredRow[], known: Known): Planned[] {
  if (kind === 'sites') return rows.map((row) => planSite(row, known));
  if (kind === 'locations') return rows.map((row) => planLocation(row, known));
  if (kind === 'id-tokens') return rows.map((row) => planToken(row, known));
  return [...grouped(rows, ({ group }) => group).values()].flatMap((group) => planStation(group, known));
}

function planSite(row: StoredRow, { sites }: Known): Planned {
  const site = sites.get(row.subject);
  return site ? compared(row, row.cells, { name: site.name, timeZone: site.timeZone }) : created(row);
}

function planLocation(row: StoredRow, { sites, locations }: Known): Planned {
  const { site = '', name = '', address = '', ...rest } = row.cells;
  if (!sites.has(site)) return refused(row, problem('site-unknown', 'site', site));
  const location = locations.get(placeKey(site, name))?.find((one) => one.address.toLowerCase() === address.toLowerCase());
  if (!location) return created(row);
  const { postalCode, city, country, latitude, longitude } = location;
  return compared(row, rest, { postalCode, city, country, latitude, longitude });
}

function planToken(row: StoredRow, { tokens }: Known): Planned {
  const token = tokens.get(row.subject.toLowerCase());
  if (!token) return created(row);
  const { expiresAt = '', group = '', concurrent } = row.cells;
  const wanted = { ...(expiresAt && { expiresAt }), ...(group && { group }), ...(concurrent !== undefined && { concurrent }) };
  return compared(row, wanted, { expiresAt: token.expiresAt, group: token.groupToken, concurrent: token.concurrent ? 'yes' : 'no' });
}

function planStation(rows: readonly StoredRow[], known: Known): Planned[] {
  const [first] = rows as [StoredRow];
  const station = known.stations.get(first.subject.toLowerCase());
  const place = placeOf(first, known);
  const problems = rows.map((row) => [...('code' in place ? [place] : []), ...takenCode(row, station, known)]);
  if (problems.some((found) => found.length > 0))
    return rows.map((row, i) => refused(row, ...((problems[i] ?? []).length > 0 ? (problems[i] ?? []) : [problem('other-row', '')])));
  if (!station) return rows.map(created);
  const locationId = 'locationId' in place ? place.locationId : '';
  return rows.map((row) => {
    const { vendor, model, serialNumber, evseId, connectorType, maxPowerKw } = row.cells;
    const evse = station.evses.find(({ number }) => number === evseNumberOf(row, station));
    const connector = evse?.connectors.find(({ number }) => number === connectorNumberOf(row));
    const wanted = { location: locationId, vendor, model, serialNumber, evseId, connectorType, maxPowerKw };
    const planned = compared(row, given(wanted), {
      location: station.locationId,
      vendor: station.vendor,
      model: station.model,
      serialNumber: station.serialNumber,
      evseId: evse?.code.toUpperCase() ?? '',
      connectorType: connector?.type ?? '',
      maxPowerKw: connector ? String(connector.maxPowerW / 1_000) : '',
    });
    const added = connector ? [] : [evse ? 'connector' : 'evse'];
    if (added.length === 0) return planned;
    return { ...planned, effect: 'change', changes: [...new Set([...planned.changes, ...added])] };
  });
}

/** The EVSE that a row is about: the one that it names, else the one with its EVSE id, else the first. */
export function evseNumberOf({ cells }: StoredRow, station: KnownStation | undefined): number {
  if (cells['evse'] !== undefined) return Number(cells['evse']);
  return station?.evses.find(({ code }) => code !== '' && code.toUpperCase() === cells['evseId'])?.number ?? 1;
}

export function connectorNumberOf({ cells }: StoredRow): number {
  return Number(cells['connector'] ?? '1');
}

/** The location that a station stands at. */
export function placeOf({ cells }: StoredRow, { sites, locations }: Known): { locationId: string } | Problem {
  const { site = '', location = '', address } = cells;
  if (!sites.has(site)) return problem('site-unknown', 'site', site);
  const named = locations.get(placeKey(site, location)) ?? [];
  const there = address === undefined ? named : named.filter((one) => one.address.toLowerCase() === address.toLowerCase());
  const [one, another] = there;
  if (!one) return problem('location-unknown', 'location', location);
  return another ? problem('location-ambiguous', 'location', location) : one;
}

function takenCode(row: StoredRow, station: KnownStation | undefined, { codes }: Known): Problem[] {
  const { evseId } = row.cells;
  const holder = evseId === undefined ? undefined : codes.get(evseId);
  if (!holder) return [];
  const same = holder.stationId === station?.stationId && holder.number === evseNumberOf(row, station);
  return same ? [] : [problem('evse-code-taken', 'evseId', evseId)];
}

function given(cells: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(cells).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

function compared(row: StoredRow, wanted: Record<string, string>, now: Record<string, string>): Planned {
  const changes = Object.keys(wanted).filter((field) => field in now && wanted[field] !== now[field]);
  return { row, effect: changes.length > 0 ? 'change' : 'keep', problems: [], changes };
}

function created(row: StoredRow): Planned {
  return { row, effect: 'create', problems: [], changes: [] };
}

function refused(row: StoredRow, ...problems: Problem[]): Planned {
  return { row, effect: 'error', problems, changes: [] };
}
