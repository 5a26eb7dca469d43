/** Spreadsheets take a cell that begins like this for a formula, and run it. */
const FORMULA = /^[=+\-@\t\r]/;

/** One line of RFC 4180. What a spreadsheet would run is made a text by an apostrophe. */
export function csvLine(cells: readonly string[], separator: ',' | ';' = ','): string {
  return cells
    .map((cell) => (FORMULA.test(cell) ? `'${cell}` : cell))
    .map((cell) => (/[",;\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell))
    .join(separator);
}
