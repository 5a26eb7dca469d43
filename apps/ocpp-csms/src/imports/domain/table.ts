import { COLUMNS, type ImportColumn, type ImportKind } from './columns.js';
import { problem, type Problem } from './problem.js';
import { SheetFailure } from './sheet-failure.js';

/** Rows behind the head. */
export const MOST_ROWS = 20_000;

/** A row of a file, read by the rules of its columns alone. */
export interface TableRow {
  /** Line of the table, the head being 1. */
  number: number;
  /** First row of the same station; for other kinds the row itself. */
  group: number;
  /** What it is about. */
  subject: string;
  /** Cells that are given, as they were understood. */
  cells: Record<string, string>;
  problems: Problem[];
}

/** Fields that rows of one station agree in. */
const OF_THE_STATION = ['site', 'location', 'address', 'vendor', 'model', 'serialNumber'];
const SUBJECT: Record<ImportKind, string> = { sites: 'name', locations: 'name', stations: 'identity', 'id-tokens': 'idToken' };

/** Reads the lines of a file. Throws {@link SheetFailure} `empty`, `too-many-rows`, `columns-missing`. */
export function readTable(kind: ImportKind, lines: readonly (readonly string[])[]): TableRow[] {
  const head = lines.findIndex((line) => line.some((cell) => cell !== ''));
  if (head === -1) throw new SheetFailure('empty');
  const places = placesOf(COLUMNS[kind], lines[head] ?? []);
  const rows: TableRow[] = [];
  for (const [index, line] of lines.entries()) {
    if (index <= head || line.every((cell) => cell === '')) continue;
    if (rows.length === MOST_ROWS) throw new SheetFailure('too-many-rows', String(MOST_ROWS));
    rows.push(readRow(kind, places, index + 1, line));
  }
  if (rows.length === 0) throw new SheetFailure('empty');
  findRepeats(kind, rows);
  return rows;
}

/** Where each column stands. One that the platform does not know is left out. */
function placesOf(columns: readonly ImportColumn[], head: readonly string[]): Map<ImportColumn, number> {
  const names = head.map(plain);
  const places = new Map<ImportColumn, number>();
  for (const column of columns) {
    const at = [column.field, ...column.headers, ...(column.also ?? [])]
      .map((header) => names.indexOf(plain(header)))
      .find((place) => place !== -1);
    if (at !== undefined) places.set(column, at);
  }
  const missing = columns.filter((column) => column.required && !places.has(column)).map(({ headers }) => headers[0]);
  if (missing.length > 0) throw new SheetFailure('columns-missing', missing.join(', '));
  return places;
}

function plain(header: string): string {
  return header.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}

function readRow(kind: ImportKind, places: ReadonlyMap<ImportColumn, number>, number: number, line: readonly string[]): TableRow {
  const cells: Record<string, string> = {};
  const problems: Problem[] = [];
  for (const [{ field, required, read, rule }, place] of places) {
    const given = (line[place] ?? '').trim();
    if (given === '') {
      if (required) problems.push(problem('missing', field));
      continue;
    }
    const value = read(given);
    if (value === undefined) problems.push(problem('invalid', field, given, rule));
    else cells[field] = value;
  }
  if (kind === 'locations' && 'latitude' in cells !== 'longitude' in cells && problems.every(({ field }) => !/itude$/.test(field)))
    problems.push(problem('half-a-position', 'latitude' in cells ? 'longitude' : 'latitude'));
  return { number, group: number, subject: cells[SUBJECT[kind]] ?? '', cells, problems };
}

/** What another row says already, or says otherwise. */
function findRepeats(kind: ImportKind, rows: TableRow[]): void {
  const seen = new Set<string>();
  const codes = new Map<string, string>();
  const stations = new Map<string, TableRow>();
  for (const row of rows) {
    if (row.subject === '') continue;
    const key = keyOf(kind, row.cells);
    if (seen.has(key)) row.problems.push(problem('twice', SUBJECT[kind], row.subject));
    seen.add(key);
    if (kind !== 'stations') continue;
    const identity = row.subject.toLowerCase();
    const first = stations.get(identity) ?? row;
    stations.set(identity, first);
    row.group = first.number;
    agree(first, row);
    const { evseId } = row.cells;
    if (evseId === undefined) continue;
    const evse = `${identity} ${row.cells['evse'] ?? ''}`;
    if ((codes.get(evseId) ?? evse) !== evse) row.problems.push(problem('twice', 'evseId', evseId));
    codes.set(evseId, codes.get(evseId) ?? evse);
  }
  const spoilt = new Set(rows.filter(({ problems }) => problems.length > 0).map(({ group }) => group));
  for (const row of rows) {
    if (row.problems.length === 0 && spoilt.has(row.group)) row.problems.push(problem('other-row', ''));
  }
}

function keyOf(kind: ImportKind, cells: Record<string, string>): string {
  if (kind === 'sites') return cells['name'] ?? '';
  if (kind === 'locations') return JSON.stringify([cells['site'], cells['name'], cells['address']].map((text) => text?.toLowerCase()));
  if (kind === 'id-tokens') return (cells['idToken'] ?? '').toLowerCase();
  const evse = cells['evse'] ?? cells['evseId'] ?? '1';
  return JSON.stringify([cells['identity']?.toLowerCase(), evse, cells['connector'] ?? '1']);
}

/** What the station is told once holds for all its rows. */
function agree(first: TableRow, row: TableRow): void {
  for (const field of OF_THE_STATION) {
    const [said, says] = [first.cells[field], row.cells[field]];
    if (says === undefined) continue;
    if (said === undefined) first.cells[field] = says;
    else if (said.toLowerCase() !== says.toLowerCase()) row.problems.push(problem('contradicts', field, says));
  }
}
