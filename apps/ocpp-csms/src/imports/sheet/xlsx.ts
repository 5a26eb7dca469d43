import readXlsxFile from 'read-excel-file/node';
import { SheetFailure } from '../domain/sheet-failure.js';
import { plainZip } from './plain-zip.js';

/** The lines of the first sheet. Formulas count with the value that was saved with them. Throws {@link SheetFailure}. */
export async function xlsxLines(content: Buffer, mostLines: number): Promise<string[][]> {
  const plain = plainZip(content);
  const sheets = await readXlsxFile(plain).catch(() => {
    throw new SheetFailure('not-a-table');
  });
  const [first] = sheets as { data: unknown[][] }[];
  return (first?.data ?? []).slice(0, mostLines).map((row) => row.map(cellText));
}

function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return '';
  if (cell instanceof Date) return cell.toISOString().replace(/T00:00:00\.000Z$/, '');
  if (typeof cell === 'number') return numberText(cell);
  return typeof cell === 'boolean' ? (cell ? 'yes' : 'no') : String(cell as string).trim();
}

/** Never in scientific notation: identities and cards may be long numbers. */
function numberText(number: number): string {
  return Number.isInteger(number) ? number.toLocaleString('en', { useGrouping: false, maximumFractionDigits: 0 }) : String(number);
}
