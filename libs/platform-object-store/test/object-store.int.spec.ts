import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openObjectStore, type ObjectInfo, type ObjectStore } from '../src/index.js';
import { S3StandIn } from './s3-stand-in.js';

const credentials = { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret/key+test' };

interface Place {
  store: ObjectStore;
  /** What is left of puts that did not end. */
  drafts(): number;
  close(): Promise<void>;
}

async function directory(): Promise<Place> {
  const root = mkdtempSync(join(tmpdir(), 'ampline-objects-'));
  const drafts = join(root, '.drafts');
  return {
    store: await openObjectStore({ url: pathToFileURL(root).href }),
    drafts: () => (existsSync(drafts) ? readdirSync(drafts).length : 0),
    close: () => Promise.resolve(rmSync(root, { recursive: true, force: true })),
  };
}

async function s3(): Promise<Place> {
  const server = new S3StandIn('files', credentials);
  const endpoint = await server.start();
  const url = `s3://files/some/prefix?region=eu-central-1&endpoint=${encodeURIComponent(endpoint)}`;
  return {
    store: await openObjectStore({ url, ...credentials }),
    drafts: () => server.uploads.size,
    close: () => server.stop(),
  };
}

const all = async (list: AsyncIterable<ObjectInfo>): Promise<string[]> => {
  const keys: string[] = [];
  for await (const { key } of list) keys.push(key);
  return keys;
};

describe.each([
  ['directory', directory],
  ['S3', s3],
])('ObjectStore: %s', (_name, open) => {
  let place: Place;
  let store: ObjectStore;
  beforeAll(async () => {
    place = await open();
    store = place.store;
  });
  afterAll(async () => {
    store.close();
    await place.close();
  });

  it('gives back bytes, type and metadata', async () => {
    const put = await store.put('exports/2026/01/a b+ü.csv', 'id;wh\n1;2\n', { contentType: 'text/csv', metadata: { rows: '1' } });
    expect(put).toMatchObject({ key: 'exports/2026/01/a b+ü.csv', size: 10 });
    const got = await store.get(put.key);
    expect(got?.head).toMatchObject({ key: put.key, size: 10, etag: put.etag, contentType: 'text/csv', metadata: { rows: '1' } });
    await expect(text(got?.body as Readable)).resolves.toBe('id;wh\n1;2\n');
    await expect(store.head(put.key)).resolves.toEqual(got?.head);
  });

  it('knows what is not there', async () => {
    await expect(store.get('no/such')).resolves.toBeUndefined();
    await expect(store.head('no/such')).resolves.toBeUndefined();
    await expect(store.delete('no/such')).resolves.toBeUndefined();
  });

  it('replaces and deletes', async () => {
    const first = await store.put('replaced', 'one');
    const second = await store.put('replaced', Buffer.from('other'));
    expect(second.etag).not.toBe(first.etag);
    await expect(text((await store.get('replaced'))?.body as Readable)).resolves.toBe('other');
    await store.delete('replaced');
    await expect(store.head('replaced')).resolves.toBeUndefined();
  });

  it.each([
    [{ start: 2, end: 4 }, 'cde'],
    [{ start: 8 }, 'ij'],
    [{ start: 5, end: 500 }, 'fghij'],
    [{ start: 10 }, ''],
  ])('reads the range %j', async (range, expected) => {
    await store.put('ranged', 'abcdefghij');
    const got = await store.get('ranged', { range });
    expect(got?.head.size).toBe(10);
    await expect(text(got?.body as Readable)).resolves.toBe(expected);
  });

  it('holds an empty object', async () => {
    await store.put('empty', Readable.from([]));
    const got = await store.get('empty');
    expect(got?.head.size).toBe(0);
    await expect(text(got?.body as Readable)).resolves.toBe('');
  });

  it('streams more than one part', async () => {
    const chunk = randomBytes(1_000_003);
    const body = Array.from({ length: 18 }, () => chunk);
    await expect(store.put('large', Readable.from(body))).resolves.toMatchObject({ size: 18 * chunk.length });
    const back = await buffer((await store.get('large'))?.body as Readable);
    expect(back.equals(Buffer.concat(body))).toBe(true);
    await store.delete('large');
  });

  it.each([1, 18])('keeps what was there when a body fails after %i MB', async (megabytes) => {
    await store.put('kept', 'before');
    const failure = new Error('reader failed');
    async function* failing(): AsyncGenerator<Buffer> {
      for (let i = 0; i < megabytes; i++) yield Buffer.alloc(1_000_000);
      await Promise.reject(failure);
    }
    await expect(store.put('kept', Readable.from(failing()))).rejects.toBe(failure);
    await expect(text((await store.get('kept'))?.body as Readable)).resolves.toBe('before');
    expect(place.drafts()).toBe(0);
  });

  it('lists by prefix in the order of the bytes, page after page', async () => {
    const keys = ['l/a', 'l/a/b', 'l/a-b', 'l/a~b', 'l/B', 'l/ä', 'l/é/x', 'l/z.', 'm'];
    for (const key of keys) await store.put(key, key);
    const sorted = ['l/B', 'l/a', 'l/a-b', 'l/a/b', 'l/a~b', 'l/z.', 'l/ä', 'l/é/x'];
    await expect(all(store.list('l/'))).resolves.toEqual(sorted);
    await expect(all(store.list('l/a'))).resolves.toEqual(['l/a', 'l/a-b', 'l/a/b', 'l/a~b']);
    await expect(all(store.list('l/', { after: 'l/a/b' }))).resolves.toEqual(sorted.slice(4));
    await expect(all(store.list('nothing'))).resolves.toEqual([]);
  });

  it.each(['', '/', '/etc/passwd', '../up', 'a/../../b', 'a//b', 'a/.', 'a\0b', 'x'.repeat(200), `${'ab/'.repeat(300)}c`, 'a\ud800'])(
    'refuses the key %j',
    async (key) => {
      await expect(store.put(key, 'x')).rejects.toMatchObject({ code: 'object-store.bad-key', kind: 'invalid' });
      await expect(store.get(key)).rejects.toMatchObject({ code: 'object-store.bad-key' });
    },
  );
});

describe('openObjectStore', () => {
  it.each(['', 'nonsense', 'https://host/x', 's3://'])('refuses the address %j', async (url) => {
    await expect(openObjectStore({ url })).rejects.toMatchObject({ code: 'object-store.bad-url' });
  });

  it('says that the store cannot be used when credentials are wrong', async () => {
    const server = new S3StandIn('files', credentials);
    const endpoint = await server.start();
    const url = `s3://files?endpoint=${encodeURIComponent(endpoint)}`;
    const store = await openObjectStore({ url, accessKeyId: 'AKIDTEST', secretAccessKey: 'wrong' });
    await expect(store.put('key', 'x')).rejects.toMatchObject({ code: 'object-store.unavailable', details: { status: 403 } });
    await expect(store.get('key')).rejects.toMatchObject({ code: 'object-store.unavailable' });
    store.close();
    await server.stop();
  });
});
