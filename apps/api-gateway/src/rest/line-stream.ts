import { once } from 'node:events';
import type { PageInfo } from '@ampline/contracts';
import type { Response } from 'express';
import { LARGEST_PAGE } from '../mapping/pages.js';

interface Page<T> {
  readonly rows: readonly T[];
  readonly page: PageInfo | undefined;
}

/** At most `limit` rows of a list, page by page. */
export async function* rowsOf<T>(limit: number, ask: (page: { limit: number; cursor: string }) => Promise<Page<T>>): AsyncGenerator<T> {
  let cursor = '';
  for (let left = limit; left > 0;) {
    const { rows, page } = await ask({ limit: Math.min(left, LARGEST_PAGE), cursor });
    yield* rows;
    left -= rows.length;
    cursor = page?.nextCursor ?? '';
    if (cursor === '' || rows.length === 0) return;
  }
}

/**
 * Answers with lines as they come, no faster than they are read. An error before the first line is thrown; after it the connection is cut, so
 * that nobody takes a part for the whole.
 */
export async function sendLines(response: Response, o: { type: string; fileName: string; lines: AsyncIterable<string> }): Promise<void> {
  const lines = o.lines[Symbol.asyncIterator]();
  let line = await lines.next();
  response.status(200).set({
    'content-type': o.type,
    'content-disposition': `attachment; filename="${o.fileName}"`,
    'cache-control': 'no-store',
  });
  try {
    for (; !line.done && !response.destroyed; line = await lines.next()) {
      if (!response.write(`${line.value}\n`)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
    }
    response.end();
  } catch (error) {
    response.destroy();
    throw error;
  }
}

export async function* mapped<T, R>(rows: AsyncIterable<T>, map: (row: T) => R): AsyncGenerator<R> {
  for await (const row of rows) yield map(row);
}

/** The head comes with the first row, so that an error before it is still told as one. */
export async function* headed(head: string, lines: AsyncGenerator<string>): AsyncGenerator<string> {
  const first = await lines.next();
  yield head;
  if (first.done) return;
  yield first.value;
  yield* lines;
}
