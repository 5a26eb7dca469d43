import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
  UploadPartCommand,
  type HeadObjectCommandOutput,
} from '@aws-sdk/client-s3';
import type { AppError } from '@ampline/kernel-errors';
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

export interface S3Options {
  bucket: string;
  /** Put before every key, e.g. `ampline/`. */
  prefix?: string;
  region: string;
  /** Of a store that is not Amazon's; addressed by path. */
  endpoint?: string;
  /** Absent: what the machine's role provides. */
  credentials?: { accessKeyId: string; secretAccessKey: string };
}

/** S3 takes parts from 5 MiB up, and 10,000 of them: objects up to 80 GB, 8 MiB of memory per upload. */
const PART_BYTES = 8 * 1024 * 1024;

/** Amazon S3 and what speaks its language (MinIO, Ceph, …). */
export class S3ObjectStore extends ObjectStore {
  private readonly client: S3Client;
  private readonly prefix: string;

  constructor(private readonly options: S3Options) {
    super();
    this.prefix = options.prefix ?? '';
    this.client = new S3Client({
      region: options.region,
      ...(options.endpoint !== undefined && { endpoint: options.endpoint, forcePathStyle: true }),
      ...(options.credentials && { credentials: options.credentials }),
      // The newer checksum trailers are unknown to many stores.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    });
  }

  async put(key: string, body: Readable | Uint8Array | string, options: PutOptions = {}): Promise<ObjectInfo> {
    const target = { ...this.target(key), ...described(options) };
    const parts = partsOf(body)[Symbol.asyncIterator]();
    const first = await parts.next();
    const second = first.done ? first : await parts.next();
    const content = first.done ? Buffer.alloc(0) : first.value;
    if (second.done) {
      const { ETag } = await orUnavailable(this.client.send(new PutObjectCommand({ ...target, Body: content })));
      return { key, size: content.length, etag: ETag ?? '', modifiedAt: new Date() };
    }
    return this.putParts(key, target, prepend([content, second.value], parts));
  }

  async get(key: string, { range }: GetOptions = {}): Promise<StoredObject | undefined> {
    const Range = range && `bytes=${range.start}-${range.end ?? ''}`;
    const request = this.client.send(new GetObjectCommand({ ...this.target(key), ...(Range !== undefined && { Range }) }));
    const answer = await found(request, ['InvalidRange']);
    if (answer) return { head: headOf(key, answer), body: answer.Body as Readable };
    // Not there, or nothing of it lies in the range.
    const head = await this.head(key);
    return head && { head, body: Readable.from([]) };
  }

  async head(key: string): Promise<ObjectHead | undefined> {
    const answer = await found(this.client.send(new HeadObjectCommand(this.target(key))));
    return answer && headOf(key, answer);
  }

  async delete(key: string): Promise<void> {
    await orUnavailable(this.client.send(new DeleteObjectCommand(this.target(key))));
  }

  async *list(prefix: string, { after }: ListOptions = {}): AsyncIterable<ObjectInfo> {
    let token: string | undefined;
    do {
      const page = await orUnavailable(
        this.client.send(
          new ListObjectsV2Command({
            Bucket: this.options.bucket,
            Prefix: this.prefix + prefix,
            ...(after !== undefined && { StartAfter: this.prefix + after }),
            ...(token !== undefined && { ContinuationToken: token }),
          }),
        ),
      );
      for (const entry of page.Contents ?? []) {
        const key = (entry.Key ?? '').slice(this.prefix.length);
        yield { key, size: entry.Size ?? 0, etag: entry.ETag ?? '', modifiedAt: entry.LastModified ?? new Date(0) };
      }
      token = page.NextContinuationToken;
    } while (token !== undefined);
  }

  close(): void {
    this.client.destroy();
  }

  private target(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.options.bucket, Key: this.prefix + keySegments(key).join('/') };
  }

  private async putParts(key: string, target: UploadTarget, parts: AsyncIterable<Buffer>): Promise<ObjectInfo> {
    const place = { Bucket: target.Bucket, Key: target.Key };
    const { UploadId } = await orUnavailable(this.client.send(new CreateMultipartUploadCommand(target)));
    const done: { ETag: string | undefined; PartNumber: number }[] = [];
    let size = 0;
    try {
      for await (const Body of parts) {
        const PartNumber = done.length + 1;
        const { ETag } = await orUnavailable(this.client.send(new UploadPartCommand({ ...place, UploadId, PartNumber, Body })));
        done.push({ ETag, PartNumber });
        size += Body.length;
      }
      const complete = new CompleteMultipartUploadCommand({ ...place, UploadId, MultipartUpload: { Parts: done } });
      const { ETag } = await orUnavailable(this.client.send(complete));
      return { key, size, etag: ETag ?? '', modifiedAt: new Date() };
    } catch (e) {
      // If this fails too, the bucket's rule for unfinished uploads removes the parts.
      await this.client.send(new AbortMultipartUploadCommand({ ...place, UploadId })).catch(() => undefined);
      throw e;
    }
  }
}

interface UploadTarget {
  Bucket: string;
  Key: string;
  ContentType: string;
  Metadata: Record<string, string>;
}

function described(options: PutOptions): { ContentType: string; Metadata: Record<string, string> } {
  return { ContentType: options.contentType ?? 'application/octet-stream', Metadata: options.metadata ?? {} };
}

function headOf(key: string, answer: HeadObjectCommandOutput & { ContentRange?: string }): ObjectHead {
  return {
    key,
    // A part of it says how long the whole is: `bytes 0-9/1000`.
    size: Number(answer.ContentRange?.split('/')[1] ?? answer.ContentLength ?? 0),
    etag: answer.ETag ?? '',
    modifiedAt: answer.LastModified ?? new Date(0),
    contentType: answer.ContentType ?? 'application/octet-stream',
    metadata: answer.Metadata ?? {},
  };
}

/** The body in parts of `PART_BYTES`, the last one shorter. */
async function* partsOf(body: Readable | Uint8Array | string): AsyncGenerator<Buffer> {
  if (!(body instanceof Readable)) {
    yield Buffer.from(body as string);
    return;
  }
  let pending: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    let rest = Buffer.from(chunk as string);
    while (bytes + rest.length >= PART_BYTES) {
      const take = PART_BYTES - bytes;
      yield Buffer.concat([...pending, rest.subarray(0, take)]);
      rest = rest.subarray(take);
      pending = [];
      bytes = 0;
    }
    pending.push(rest);
    bytes += rest.length;
  }
  if (bytes > 0) yield Buffer.concat(pending);
}

async function* prepend(first: Buffer[], rest: AsyncIterator<Buffer>): AsyncIterable<Buffer> {
  yield* first;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}

/** Undefined when the store says that the object is not there, or one of the other names. */
async function found<T>(work: Promise<T>, others: string[] = []): Promise<T | undefined> {
  try {
    return await work;
  } catch (e) {
    if (e instanceof S3ServiceException && ['NoSuchKey', 'NotFound', ...others].includes(e.name)) return undefined;
    throw unavailable(e);
  }
}

async function orUnavailable<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (e) {
    throw unavailable(e);
  }
}

function unavailable(e: unknown): AppError {
  const status = e instanceof S3ServiceException ? e.$metadata.httpStatusCode : undefined;
  return objectStoreErrors.unavailable({ status }, e);
}
