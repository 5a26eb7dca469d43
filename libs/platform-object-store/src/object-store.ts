import type { Readable } from 'node:stream';
import { objectStoreErrors } from './errors.js';

export interface ObjectInfo {
  key: string;
  /** Bytes. */
  size: number;
  /** Changes with every `put`. */
  etag: string;
  modifiedAt: Date;
}

export interface ObjectHead extends ObjectInfo {
  contentType: string;
  /** Names in lower case. */
  metadata: Record<string, string>;
}

export interface StoredObject {
  head: ObjectHead;
  /** Must be read or destroyed. */
  body: Readable;
}

export interface PutOptions {
  /** Default `application/octet-stream`. */
  contentType?: string;
  /** Printable ASCII; names in lower case, letters, digits and `-`. */
  metadata?: Record<string, string>;
}

export interface GetOptions {
  /** First and last byte, both included, from 0; without `end` to the last one. */
  range?: { start: number; end?: number };
}

export interface ListOptions {
  /** Only keys that sort behind this one. */
  after?: string;
}

/**
 * Files that are too large or too many for the database: exports, archives, uploads. A key is a path of segments
 * (`exports/2026/01/sessions.xlsx`); an object appears whole or not at all, and a `put` replaces what was there.
 * All methods throw `object-store.bad-key` and `object-store.unavailable`.
 */
export abstract class ObjectStore {
  /** A body that fails while it is read leaves the store as it was. */
  abstract put(key: string, body: Readable | Uint8Array | string, options?: PutOptions): Promise<ObjectInfo>;
  /** Undefined when there is none. */
  abstract get(key: string, options?: GetOptions): Promise<StoredObject | undefined>;
  abstract head(key: string): Promise<ObjectHead | undefined>;
  /** Deleting what is not there is no error. */
  abstract delete(key: string): Promise<void>;
  /** In the order of the keys' UTF-8 bytes. */
  abstract list(prefix: string, options?: ListOptions): AsyncIterable<ObjectInfo>;
  abstract close(): void;
}

const MAX_KEY_BYTES = 900;
const MAX_SEGMENT_BYTES = 160;

/** The segments of a key that every store can hold. */
export function keySegments(key: string): string[] {
  const segments = key.split('/');
  const good =
    Buffer.byteLength(key) <= MAX_KEY_BYTES &&
    !/\p{Cc}/u.test(key) &&
    // A lone surrogate has no UTF-8 form.
    Buffer.from(key).toString() === key &&
    segments.every((segment) => !['', '.', '..'].includes(segment) && Buffer.byteLength(encodeURIComponent(segment)) <= MAX_SEGMENT_BYTES);
  if (!good) throw objectStoreErrors.badKey({ length: key.length });
  return segments;
}
