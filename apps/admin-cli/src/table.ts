/** A column of a table: its heading, and the cell of a row. */
export interface Column<R> {
  title: string;
  cell: (row: R) => string;
  align?: 'left' | 'right';
}

const GAP = '  ';
// What stations and people typed must not steer the terminal.
const CONTROL = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** The text with everything that steers a terminal made visible. */
export function printable(text: string): string {
  return text.replace(CONTROL, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);
}

/** Columns aligned under their headings; without rows, the words for that. */
export function table<R>(columns: readonly Column<R>[], rows: readonly R[], none: string): string {
  if (rows.length === 0) return none;
  const lines = [columns.map((column) => column.title), ...rows.map((row) => columns.map((column) => printable(column.cell(row))))];
  const widths = columns.map((_, i) => Math.max(...lines.map((line) => width(line[i] ?? ''))));
  return lines
    .map((line) =>
      line
        .map((cell, i) => pad(cell, widths[i] ?? 0, columns[i]?.align ?? 'left'))
        .join(GAP)
        .trimEnd(),
    )
    .join('\n');
}

/** One row as names and values. */
export function rowSheet<R>(columns: readonly Column<R>[], row: R): [string, string][] {
  return columns.map(({ title, cell }) => [title.charAt(0) + title.slice(1).toLowerCase(), cell(row)]);
}

/** The parts that say something, joined. */
export function joined(between: string, ...parts: (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join(between);
}

/** Names and values, one per line. Values that are empty are left out. */
export function sheet(entries: readonly (readonly [string, string])[]): string {
  const shown = entries.filter(([, value]) => value !== '');
  const widest = Math.max(...shown.map(([name]) => width(name)));
  return shown.map(([name, value]) => `${pad(name, widest, 'left')}${GAP}${printable(value)}`).join('\n');
}

function pad(text: string, to: number, align: 'left' | 'right'): string {
  const space = ' '.repeat(Math.max(0, to - width(text)));
  return align === 'right' ? space + text : text + space;
}

function width(text: string): number {
  return [...text].length;
}
