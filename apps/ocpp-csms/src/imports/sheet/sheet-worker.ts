import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import type { ImportKind } from '../domain/columns.js';
import { SheetFailure } from '../domain/sheet-failure.js';
import type { TableRow } from '../domain/table.js';
import { readSheet } from './read-sheet.js';

/** What the worker is given. */
export interface SheetOrder {
  kind: ImportKind;
  content: Uint8Array;
}
/** What it gives: some rows at a time, the next when it is asked; none: that was all. */
export type SheetMessage = { rows: TableRow[] } | { failure: SheetFailure['code']; detail: string };

const ROWS_AT_ONCE = 500;

/** Reads one file in a thread of its own: stations are not kept waiting, and what goes wrong stays there. */
async function work({ kind, content }: SheetOrder, port: NonNullable<typeof parentPort>): Promise<void> {
  try {
    const rows = await readSheet(kind, Buffer.from(content));
    for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
      port.postMessage({ rows: rows.slice(at, at + ROWS_AT_ONCE) } satisfies SheetMessage);
      await once(port, 'message');
    }
    port.postMessage({ rows: [] } satisfies SheetMessage);
  } catch (error) {
    if (!(error instanceof SheetFailure)) throw error;
    port.postMessage({ failure: error.code, detail: error.detail } satisfies SheetMessage);
  }
  port.close();
}

if (parentPort) await work(workerData as SheetOrder, parentPort);
