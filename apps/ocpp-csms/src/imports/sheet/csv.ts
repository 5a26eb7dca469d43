import { CsvError, parse } from 'csv-parse/sync';
import { SheetFailure } from '../domain/sheet-failure.js';

/** The lines of a CSV file: UTF-8, with `,`, `;` or tabs between cells. Throws {@link SheetFailure} `not-utf8`, `not-a-table`. */
export function csvLines(content: Uint8Array, mostLines: number): string[][] {
  const text = decoded(content);
  try {
    return parse(text, {
      delimiter: delimiterOf(text),
      relax_column_count: true,
      skip_empty_lines: false,
      to_line: mostLines,
      trim: true,
    });
  } catch (error) {
    if (error instanceof CsvError) throw new SheetFailure('not-a-table', String((error as { lines?: number }).lines ?? ''));
    throw error;
  }
}

function decoded(content: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    throw new SheetFailure('not-utf8');
  }
}

/** The one that stands most often in the head, outside of quotes. */
function delimiterOf(text: string): string {
  const head = (/^(?:"[^"]*"|[^\r\n"])*/.exec(text.trimStart())?.[0] ?? '').replaceAll(/"[^"]*"/g, '');
  const counts = [',', ';', '\t'].map((mark) => [mark, head.split(mark).length] as const);
  return counts.reduce((best, one) => (one[1] > best[1] ? one : best))[0];
}
