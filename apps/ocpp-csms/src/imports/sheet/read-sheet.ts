import type { ImportKind } from '../domain/columns.js';
import { MOST_ROWS, readTable, type TableRow } from '../domain/table.js';
import { csvLines } from './csv.js';
import { xlsxLines } from './xlsx.js';

/** One more than there may be shows that there are too many; empty lines between them are let pass. */
const MOST_LINES = 2 * MOST_ROWS;

/** Reads a file of either form: a ZIP archive is a workbook. Throws {@link SheetFailure}. */
export async function readSheet(kind: ImportKind, content: Buffer): Promise<TableRow[]> {
  const isZip = content.subarray(0, 2).toString('latin1') === 'PK';
  return readTable(kind, isZip ? await xlsxLines(content, MOST_LINES) : csvLines(content, MOST_LINES));
}
