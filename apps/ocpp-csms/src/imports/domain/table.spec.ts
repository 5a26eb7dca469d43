import { describe, expect, it } from '@jest/globals';
import { csvLines } from '../sheet/csv.js';
import { COLUMNS, templateOf, type ImportKind } from './columns.js';
import { MOST_ROWS, readTable, type TableRow } from './table.js';

const read = (kind: ImportKind, text: string) => readTable(kind, csvLines(Buffer.from(text), 100_000));
const problemsOf = (rows: readonly TableRow[]) =>
  rows.flatMap(({ number, problems }) => problems.map(({ field, code }) => `${number} ${field} ${code}`));
const failureOf = (kind: ImportKind, text: string | Buffer) => {
  try {
    readTable(kind, csvLines(Buffer.from(text as string), 100_000));
    return 'read';
  } catch (error) {
    return (error as Error).message;
  }
};

describe('a file', () => {
  it.each(Object.keys(COLUMNS) as ImportKind[])('as the template of %s says is without problems in both languages', (kind) => {
    for (const german of [false, true]) {
      const mark = german ? ';' : ',';
      const text = templateOf(kind, german).map((cells) => cells.join(mark));
      const rows = read(kind, `\ufeff${text.join('\r\n')}\r\n`);
      expect(problemsOf(rows)).toEqual([]);
      expect(rows).toHaveLength(2);
    }
  });

  it.each([
    ['empty', '', 'empty'],
    ['of blank lines', '\n \n;;\n', 'empty'],
    ['with a head alone', 'Name;Zeitzone\n', 'empty'],
    ['with other columns', 'Farbe;Form\nrot;rund\n', 'columns-missing Name, Time zone'],
    ['with an open quote', 'Name,Time zone\n"Harbour,Europe/Berlin\n', 'not-a-table 2'],
    ['in another encoding', Buffer.from('Name;Zeitzone\nM\xfcnchen;Europe/Berlin\n', 'latin1'), 'not-utf8'],
    ['of UTF-16', Buffer.from('\ufeffName;Zeitzone\n', 'utf16le'), 'not-utf8'],
  ])('%s is refused', (_, text, failure) => {
    expect(failureOf('sites', text)).toBe(failure);
  });

  it('has 20,000 rows at most', () => {
    const file = (rows: number) => `Name;Zeitzone\n${Array.from({ length: rows }, (_, i) => `S${i};Europe/Berlin\n`).join('')}`;
    expect(read('sites', file(MOST_ROWS))).toHaveLength(MOST_ROWS);
    expect(failureOf('sites', file(MOST_ROWS + 1))).toBe('too-many-rows 20000');
  });

  it('may hold quotes, line breaks in the head, more columns, and shorter lines', () => {
    const rows = read('sites', '"Time\nzone";Color;"Name"\n"Europe/Berlin";;"A ""big"" one; really"\n\nEurope/Paris\n');
    expect(rows.map(({ number, subject }) => [number, subject])).toEqual([
      [2, 'A "big" one; really'],
      [4, ''],
    ]);
    expect(problemsOf(rows)).toEqual(['4 name missing']);
  });
});

describe('a row', () => {
  it.each([
    ['53,5413', '9,9842', ['53.5413', '9.9842']],
    ['53.541300000001', '-0.0', ['53.5413', '0']],
    ['053.5', '9.10', ['53.5', '9.1']],
  ])('of a location has the position %s %s', (latitude, longitude, position) => {
    const [row] = read('locations', `Site;Name;Address;PLZ;City;Land;Lat;Lon\nS;N;A;1;C;de;${latitude};${longitude}\n`);
    expect([row?.cells['latitude'], row?.cells['longitude'], row?.cells['country']]).toEqual([...position, 'DEU']);
  });

  it.each([
    ['91;9', ['2 latitude invalid']],
    ['1.234,5;9', ['2 latitude invalid']],
    ['53.5;', ['2 longitude half-a-position']],
    ['=1+1;9', ['2 latitude invalid']],
  ])('of a location at %s has problems', (position, problems) => {
    expect(problemsOf(read('locations', `Site;Name;Address;PLZ;City;Land;Lat;Lon\nS;N;A;1;C;DEU;${position}\n`))).toEqual(problems);
  });

  it.each([
    ['31.12.2027', '2027-12-31T23:59:59.000Z'],
    ['2027-12-31T10:00:00+01:00', '2027-12-31T09:00:00.000Z'],
    ['31.02.2027', undefined],
    ['tomorrow', undefined],
  ])('of an id token that ends at %s', (text, at) => {
    expect(read('id-tokens', `Card;Expires\nC;${text}\n`)[0]?.cells['expiresAt']).toBe(at);
  });

  it('of a station is held against the others of the file', () => {
    const rows = read(
      'stations',
      [
        'identity,site,location,vendor,evse,evse id,connector',
        'A,S,L,V,1,DE*AMP*E1,1',
        'a,S,L,,1,de*amp*e1,2',
        'a,S,L,W,2,DE*AMP*E2,1',
        'B,S,L,,1,DE*AMP*E1,1',
        'B,S,L,,2,,1',
        'B,S,L,,2,,1',
        'C,S,L,,0,nonsense,9',
      ].join('\n'),
    );
    expect(problemsOf(rows)).toEqual([
      '2  other-row',
      '3  other-row',
      '4 vendor contradicts',
      '5 evseId twice',
      '6  other-row',
      '7 identity twice',
      '8 evse invalid',
      '8 evseId invalid',
      '8 connector invalid',
    ]);
    expect(rows.map(({ group }) => group)).toEqual([2, 2, 2, 5, 5, 5, 8]);
  });

  it('shows a value that cannot be taken, cut', () => {
    const [row] = read('sites', `Name,Time zone\n${'x'.repeat(300)},Europe/Berlin\n`);
    expect(row?.problems).toEqual([
      { field: 'name', value: 'x'.repeat(100), code: 'invalid', mend: 'At most 100 characters, no line breaks.' },
    ]);
  });
});
