import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { randomUUID } from 'node:crypto';
import { objectStoreErrors } from './errors.js';
import {
  keySegments,
  ObjectStore,
  type GetOptions,
  type ListOptions,
  type ObjectHead,
  type ObjectInfo,
  type PutOptions,
  type StoredObject,
} from './object-store.js';

interface Header {
  etag: string;
  contentType: string;
  metadata: Record<string, string>;
}

interface Opened {
  head: ObjectHead;
  path: string;
  /** Where the bytes begin. */
  offset: number;
}

/** Marks files, which a folder of the same name cannot be mistaken for: segments never hold it unencoded. */
const FILE_MARK = '~';
const DRAFTS = '.drafts';
const HEADER_LENGTH_BYTES = 4;

/**
 * Objects as files of one folder: for one machine, the demo and tests. A file begins with the length of a JSON header and the
 * header (content type, metadata), so that both change together with the bytes by one rename.
 */
export class DirectoryObjectStore extends ObjectStore {
  constructor(private readonly root: string) {
    super();
  }

  async put(key: string, body: Readable | Uint8Array | string, options: PutOptions = {}): Promise<ObjectInfo> {
    const path = this.pathOf(key);
    const draft = join(this.root, DRAFTS, randomUUID());
    const header: Header = {
      etag: randomUUID(),
      contentType: options.contentType ?? 'application/octet-stream',
      metadata: options.metadata ?? {},
    };
    try {
      await unlessFailed(mkdir(dirname(draft), { recursive: true }));
      await this.write(draft, header, body);
      await unlessFailed(mkdir(dirname(path), { recursive: true }));
      await unlessFailed(rename(draft, path));
    } catch (e) {
      await rm(draft, { force: true });
      throw e;
    }
    const stored = await this.head(key);
    if (!stored) throw objectStoreErrors.unavailable();
    const { size, etag, modifiedAt } = stored;
    return { key, size, etag, modifiedAt };
  }

  async get(key: string, { range }: GetOptions = {}): Promise<StoredObject | undefined> {
    const opened = await this.openObject(key);
    if (!opened) return undefined;
    const { head, path, offset } = opened;
    const start = offset + (range?.start ?? 0);
    const last = offset + Math.min(range?.end ?? head.size - 1, head.size - 1);
    const body = last < start ? Readable.from([]) : createReadStream(path, { start, end: last });
    return { head, body };
  }

  async head(key: string): Promise<ObjectHead | undefined> {
    return (await this.openObject(key))?.head;
  }

  async delete(key: string): Promise<void> {
    await unlessFailed(rm(this.pathOf(key), { force: true }));
  }

  async *list(prefix: string, { after }: ListOptions = {}): AsyncIterable<ObjectInfo> {
    const names = await unlessFailed(namesBelow(this.root, [DRAFTS]));
    const keys = names
      .map((name) => name.slice(0, -FILE_MARK.length).split('/').map(decodeURIComponent).join('/'))
      .filter((key) => key.startsWith(prefix) && (after === undefined || byBytes(key, after) > 0))
      .sort(byBytes);
    for (const key of keys) {
      const head = await this.head(key);
      // Deleted since it was listed.
      if (head) yield { key, size: head.size, etag: head.etag, modifiedAt: head.modifiedAt };
    }
  }

  close(): void {
    // Nothing is held open.
  }

  private pathOf(key: string): string {
    return join(this.root, ...keySegments(key).map(encode)) + FILE_MARK;
  }

  private async write(draft: string, header: Header, body: Readable | Uint8Array | string): Promise<void> {
    const file = await unlessFailed(open(draft, 'wx'));
    try {
      const json = Buffer.from(JSON.stringify(header));
      const length = Buffer.alloc(HEADER_LENGTH_BYTES);
      length.writeUInt32BE(json.length);
      await unlessFailed(file.write(Buffer.concat([length, json])));
      // What the body itself fails with goes to the caller as it is.
      for await (const chunk of chunksOf(body)) await unlessFailed(file.write(chunk));
      await unlessFailed(file.sync());
    } finally {
      await file.close();
    }
  }

  private async openObject(key: string): Promise<Opened | undefined> {
    const path = this.pathOf(key);
    const file = await openIfThere(path);
    if (!file) return undefined;
    try {
      const { size, mtime } = await file.stat();
      const { buffer: length } = await file.read(Buffer.alloc(HEADER_LENGTH_BYTES), 0, HEADER_LENGTH_BYTES, 0);
      const headerLength = length.readUInt32BE();
      const { buffer: json } = await file.read(Buffer.alloc(headerLength), 0, headerLength, HEADER_LENGTH_BYTES);
      const offset = HEADER_LENGTH_BYTES + headerLength;
      const header = JSON.parse(json.toString()) as Header;
      return { head: { key, size: size - offset, modifiedAt: mtime, ...header }, path, offset };
    } catch (cause) {
      throw objectStoreErrors.unavailable(undefined, cause);
    } finally {
      await file.close();
    }
  }
}

async function* chunksOf(body: Readable | Uint8Array | string): AsyncIterable<Uint8Array> {
  if (!(body instanceof Readable)) yield Buffer.from(body as string);
  else for await (const chunk of body) yield Buffer.from(chunk as string);
}

/** A file name for a segment: nothing that a file system could take for something else. */
function encode(segment: string): string {
  return encodeURIComponent(segment).replace(/[~!'()*]|^\./g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

async function namesBelow(folder: string, ignored: string[] = []): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((e: NodeJS.ErrnoException) => {
    if (e.code === 'ENOENT') return [];
    throw e;
  });
  const names: string[] = [];
  for (const entry of entries) {
    if (ignored.includes(entry.name)) continue;
    if (entry.isFile()) names.push(entry.name);
    else for (const below of await namesBelow(join(folder, entry.name))) names.push(`${entry.name}/${below}`);
  }
  return names;
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r');
  } catch (e) {
    if (['ENOENT', 'ENOTDIR'].includes((e as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw objectStoreErrors.unavailable(undefined, e);
  }
}

async function unlessFailed<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    throw objectStoreErrors.unavailable(undefined, cause);
  }
}
