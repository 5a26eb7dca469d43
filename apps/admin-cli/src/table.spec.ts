import { describe, expect, it } from '@jest/globals';
import { printable, sheet, table } from './table.js';

interface Row {
  name: string;
  energy: string;
}
const columns = [
  { title: 'STATION', cell: (row: Row) => row.name },
  { title: 'ENERGY', cell: (row: Row) => row.energy, align: 'right' as const },
];

describe('a table', () => {
  it('aligns columns under their headings', () => {
    const rows = [
      { name: 'EXT-001', energy: '7.500 kWh' },
      { name: 'Säule 12, Nord', energy: '0.020 kWh' },
    ];
    expect(table(columns, rows, 'none')).toBe(
      ['STATION            ENERGY', 'EXT-001         7.500 kWh', 'Säule 12, Nord  0.020 kWh'].join('\n'),
    );
  });

  it('says so when there is nothing', () => {
    expect(table(columns, [], 'No stations.')).toBe('No stations.');
  });

  it('shows what would steer the terminal instead of sending it', () => {
    expect(printable('EXT\u001b[2J\r\n\u202e1')).toBe('EXT\\u{1b}[2J\\u{d}\\u{a}\\u{202e}1');
  });
});

describe('a sheet', () => {
  it('leaves out what is empty', () => {
    const entries: [string, string][] = [
      ['Station', 'EXT-001'],
      ['Vendor', ''],
      ['Id', '1'],
    ];
    expect(sheet(entries)).toBe('Station  EXT-001\nId       1');
  });
});
