/** A part of a multipart body: the file that a form would send. */
export interface FilePart {
  fileName: string | undefined;
  bytes: AsyncIterable<Uint8Array>;
}

const MOST_HEADER_BYTES = 8_192;
const BLANK_LINE = Buffer.from('\r\n\r\n');

/** The boundary that a Content-Type names; undefined when it is no `multipart/form-data`. */
export function boundaryOf(contentType: string): string | undefined {
  const match = /^multipart\/form-data\s*;(?:.*;)?\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType);
  return match?.[1] ?? match?.[2];
}

/**
 * The first part with a file name, else the first part of a multipart body (RFC 7578), as it comes. Undefined when the body is not one.
 * A body that ends within the part makes its bytes fail.
 */
export async function filePartOf(body: AsyncIterable<Uint8Array>, boundary: string): Promise<FilePart | undefined> {
  const reader = new PartReader(body, Buffer.from(`\r\n--${boundary}`));
  if (!(await reader.skipToFirst())) return undefined;
  for (;;) {
    const head = await reader.head();
    if (head === undefined) return undefined;
    const name = /filename="([^"]*)"/i.exec(head)?.[1];
    const isFile = name !== undefined || !/content-disposition:[^\r\n]*;\s*name=/i.test(head);
    if (isFile) return { fileName: name, bytes: reader.content() };
    for await (const _ of reader.content()) void _;
    if (!(await reader.nextPart())) return undefined;
  }
}

class PartReader {
  private buffered: Buffer = Buffer.from('\r\n');
  private readonly chunks: AsyncIterator<Uint8Array>;

  constructor(
    body: AsyncIterable<Uint8Array>,
    /** With the line break before it. */
    private readonly delimiter: Buffer,
  ) {
    this.chunks = body[Symbol.asyncIterator]();
  }

  async skipToFirst(): Promise<boolean> {
    while (this.buffered.indexOf(this.delimiter) !== 0) {
      if (this.buffered.length > this.delimiter.length || !(await this.more())) return false;
    }
    this.drop(this.delimiter.length);
    return this.nextPart();
  }

  /** Behind a delimiter: whether a part follows. */
  async nextPart(): Promise<boolean> {
    while (this.buffered.length < 2) if (!(await this.more())) return false;
    return this.buffered.toString('latin1', 0, 2) === '\r\n';
  }

  /** Headers of the part; undefined when they are no headers. */
  async head(): Promise<string | undefined> {
    for (;;) {
      const end = this.buffered.indexOf(BLANK_LINE);
      if (end >= 0) {
        const head = this.buffered.toString('utf8', 0, end);
        this.drop(end + BLANK_LINE.length);
        return head;
      }
      if (this.buffered.length > MOST_HEADER_BYTES || !(await this.more())) return undefined;
    }
  }

  /** Up to the next delimiter, which is taken off as well. */
  async *content(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const end = this.buffered.indexOf(this.delimiter);
      if (end >= 0) {
        if (end > 0) yield this.buffered.subarray(0, end);
        this.drop(end + this.delimiter.length);
        return;
      }
      // The tail may be the beginning of a delimiter.
      const safe = this.buffered.length - this.delimiter.length + 1;
      if (safe > 0) {
        yield this.buffered.subarray(0, safe);
        this.drop(safe);
      }
      if (!(await this.more())) throw new Error('the body ends within a part');
    }
  }

  private drop(bytes: number): void {
    this.buffered = this.buffered.subarray(bytes);
  }

  private async more(): Promise<boolean> {
    const next = await this.chunks.next();
    if (next.done) return false;
    this.buffered = this.buffered.length === 0 ? Buffer.from(next.value) : Buffer.concat([this.buffered, next.value]);
    return true;
  }
}
