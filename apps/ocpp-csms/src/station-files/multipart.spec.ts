import { describe, expect, it } from '@jest/globals';
import { boundaryOf, filePartOf } from './multipart.js';

const FILE = 'line 1\r\n--not the end\r\n--bound\r\n and more';
const BODY =
  '--boundary\r\nContent-Disposition: form-data; name="comment"\r\n\r\nhello\r\n' +
  `--boundary\r\nContent-Disposition: form-data; name="file"; filename="log.txt"\r\nContent-Type: text/plain\r\n\r\n${FILE}\r\n--boundary--\r\n`;

async function* inChunks(text: string, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < text.length; at += size) yield Buffer.from(text.slice(at, at + size));
}

async function read(text: string, size: number): Promise<{ fileName: string | undefined; text: string } | undefined> {
  const part = await filePartOf(inChunks(text, size), 'boundary');
  if (!part) return undefined;
  const chunks: Uint8Array[] = [];
  for await (const chunk of part.bytes) chunks.push(Buffer.from(chunk));
  return { fileName: part.fileName, text: Buffer.concat(chunks).toString() };
}

describe('a multipart body', () => {
  it.each([1, 2, 3, 7, 64, 10_000])('gives its file, however it is cut (%i bytes)', async (size) => {
    expect(await read(BODY, size)).toEqual({ fileName: 'log.txt', text: FILE });
  });

  it('of a part without a name gives that', async () => {
    expect(await read('--boundary\r\nContent-Type: a/b\r\n\r\nabc\r\n--boundary--', 5)).toEqual({ fileName: undefined, text: 'abc' });
  });

  it.each(['', 'no boundary here', '--boundary--\r\n', `--boundary\r\n${'x'.repeat(10_000)}`])('is none: %.20s', async (text) => {
    expect(await read(text, 100)).toBeUndefined();
  });

  it('that is cut off fails', async () => {
    await expect(read(BODY.slice(0, -30), 10)).rejects.toThrow('ends within a part');
  });
});

describe('a boundary', () => {
  it.each([
    ['multipart/form-data; boundary=abc', 'abc'],
    ['multipart/form-data; charset=utf-8; boundary="a b"', 'a b'],
    ['application/octet-stream', undefined],
    ['multipart/form-data', undefined],
  ])('in %s', (contentType, boundary) => {
    expect(boundaryOf(contentType)).toBe(boundary);
  });
});
