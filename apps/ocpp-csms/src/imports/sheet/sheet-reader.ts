import { Worker } from 'node:worker_threads';
import type { Timers } from '@ampline/kernel-time';
import type { ImportKind } from '../domain/columns.js';
import { SheetFailure } from '../domain/sheet-failure.js';
import type { TableRow } from '../domain/table.js';
import type { SheetMessage, SheetOrder } from './sheet-worker.js';

/** A thread runs compiled code, also when this file is not. */
const WORKER = new URL('../../../dist/imports/sheet/sheet-worker.js', import.meta.url);
const LONGEST_MS = 60_000;
const MOST_HEAP_MB = 512;

/** Reads files in threads of their own. */
export class SheetReader {
  constructor(private readonly timers: Timers) {}

  /** The rows of a file, some at a time, no faster than they are taken. Throws {@link SheetFailure}. */
  async *read(kind: ImportKind, content: Uint8Array): AsyncGenerator<TableRow[]> {
    const workerData: SheetOrder = { kind, content };
    const worker = new Worker(WORKER, { workerData, resourceLimits: { maxOldGenerationSizeMb: MOST_HEAP_MB } });
    // Told while nobody waits, it is told again by the exit.
    worker.on('error', () => undefined);
    try {
      for (;;) {
        const message = await this.next(worker);
        if ('failure' in message) throw new SheetFailure(message.failure, message.detail);
        if (message.rows.length === 0) return;
        yield message.rows;
        worker.postMessage('next');
      }
    } finally {
      await worker.terminate();
    }
  }

  private next(worker: Worker): Promise<SheetMessage> {
    return new Promise((resolve, reject) => {
      const timer = this.timers.setTimeout(() => end(() => reject(new SheetFailure('took-too-long'))), LONGEST_MS);
      const end = (settle: () => void): void => {
        this.timers.clear(timer);
        worker.off('message', told).off('error', failed).off('exit', gone);
        settle();
      };
      const told = (message: SheetMessage): void => end(() => resolve(message));
      const failed = (error: Error & { code?: string }): void =>
        end(() => reject(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? new SheetFailure('expands-too-far') : error));
      const gone = (code: number): void => end(() => reject(new Error(`The thread ended with ${code} before the file was read.`)));
      worker.on('message', told).on('error', failed).on('exit', gone);
    });
  }
}
