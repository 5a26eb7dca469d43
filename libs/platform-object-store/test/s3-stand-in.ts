import { createHash, createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Stored {
  body: Buffer;
  etag: string;
  modified: Date;
  headers: Record<string, string>;
}

interface Upload {
  key: string;
  headers: Record<string, string>;
  parts: Map<number, Buffer>;
}

interface Call {
  method: string;
  key: string;
  query: URLSearchParams;
  body: Buffer;
  headers: Record<string, string>;
}

class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
  ) {
    super(code);
  }
}

const MIN_PART = 5 * 1024 * 1024;
const PAGE = 3;
const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');
const escaped = (text: string): string => text.replace(/[<>&'"]/g, (c) => `&#${c.charCodeAt(0)};`);

/**
 * As much of S3 as the store uses, checked strictly: the signature (AWS Signature Version 4), the hash of the body, the size and
 * order of parts, pages of three keys. https://docs.aws.amazon.com/AmazonS3/latest/API
 */
export class S3StandIn {
  readonly objects = new Map<string, Stored>();
  readonly uploads = new Map<string, Upload>();
  private uploadCount = 0;
  private readonly server = createServer((request, response) => void this.answer(request, response));

  constructor(
    private readonly bucket: string,
    private readonly credentials: { accessKeyId: string; secretAccessKey: string },
  ) {}

  async start(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const body = Buffer.concat(chunks);
      const url = new URL(request.url ?? '/', 'http://s3');
      this.checkSignature(request, url, body);
      const [bucket, ...rest] = url.pathname.slice(1).split('/').map(decodeURIComponent);
      if (bucket !== this.bucket) throw new Refusal(404, 'NoSuchBucket');
      const call = { method: request.method ?? '', key: rest.join('/'), query: url.searchParams, body, headers: flat(request) };
      const { status, headers, content } = this.dispatch(call);
      response.writeHead(status, { 'content-length': content.length, ...headers }).end(request.method === 'HEAD' ? undefined : content);
    } catch (e) {
      const refusal = e instanceof Refusal ? e : new Refusal(500, 'InternalError');
      response.writeHead(refusal.status, { 'content-type': 'application/xml' });
      response.end(request.method === 'HEAD' ? undefined : `<Error><Code>${refusal.code}</Code><Message>${refusal.code}</Message></Error>`);
    }
  }

  private dispatch(call: Call): { status: number; headers: Record<string, string>; content: Buffer } {
    const { method, key, query } = call;
    if (method === 'GET' && key === '') return xml(this.list(query));
    if (method === 'GET' || method === 'HEAD') return this.read(call);
    if (method === 'DELETE' && query.has('uploadId')) return this.abort(query.get('uploadId') ?? '');
    if (method === 'DELETE') return this.remove(key);
    if (method === 'POST' && query.has('uploads')) return this.begin(call);
    if (method === 'POST' && query.has('uploadId')) return this.complete(call);
    if (method === 'PUT' && query.has('uploadId')) return this.part(call);
    if (method === 'PUT' && [...query.keys()].every((name) => name === 'x-id')) {
      return { status: 200, headers: { etag: this.store(key, call.body, call.headers) }, content: Buffer.alloc(0) };
    }
    throw new Refusal(400, 'InvalidRequest');
  }

  private read({ key, headers }: Call): { status: number; headers: Record<string, string>; content: Buffer } {
    const stored = this.objects.get(key);
    if (!stored) throw new Refusal(404, 'NoSuchKey');
    const all = { ...stored.headers, etag: stored.etag, 'last-modified': stored.modified.toUTCString() };
    const range = /^bytes=(\d+)-(\d*)$/.exec(headers['range'] ?? '');
    if (!range) return { status: 200, headers: all, content: stored.body };
    const start = Number(range[1]);
    if (start >= stored.body.length) throw new Refusal(416, 'InvalidRange');
    const end = Math.min(range[2] ? Number(range[2]) : stored.body.length - 1, stored.body.length - 1);
    const partial = { ...all, 'content-range': `bytes ${start}-${end}/${stored.body.length}` };
    return { status: 206, headers: partial, content: stored.body.subarray(start, end + 1) };
  }

  private list(query: URLSearchParams): string {
    if (query.get('list-type') !== '2') throw new Refusal(400, 'InvalidRequest');
    const after = query.get('continuation-token') ?? query.get('start-after') ?? '';
    const keys = [...this.objects.keys()]
      .filter((key) => key.startsWith(query.get('prefix') ?? '') && Buffer.compare(Buffer.from(key), Buffer.from(after)) > 0)
      .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    const page = keys.slice(0, PAGE);
    const more = keys.length > PAGE ? `<NextContinuationToken>${escaped(page.at(-1) ?? '')}</NextContinuationToken>` : '';
    const contents = page.map((key) => {
      const { body, etag, modified } = this.objects.get(key) as Stored;
      return `<Contents><Key>${escaped(key)}</Key><LastModified>${modified.toISOString()}</LastModified><ETag>${escaped(etag)}</ETag><Size>${body.length}</Size></Contents>`;
    });
    return `<ListBucketResult><IsTruncated>${keys.length > PAGE}</IsTruncated>${contents.join('')}${more}</ListBucketResult>`;
  }

  private begin({ key, headers }: Call): ReturnType<typeof xml> {
    const id = `upload-${++this.uploadCount}`;
    this.uploads.set(id, { key, headers, parts: new Map() });
    return xml(`<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`);
  }

  private part({ query, body }: Call): { status: number; headers: Record<string, string>; content: Buffer } {
    this.upload(query).parts.set(Number(query.get('partNumber')), body);
    return { status: 200, headers: { etag: `"${sha256(body).slice(0, 32)}"` }, content: Buffer.alloc(0) };
  }

  private complete({ key, query, body }: Call): ReturnType<typeof xml> {
    const upload = this.upload(query);
    const named = [...body.toString().matchAll(/<PartNumber>(\d+)<\/PartNumber>/g)].map((match) => Number(match[1]));
    if (named.some((n, i) => n !== i + 1) || named.length !== upload.parts.size) throw new Refusal(400, 'InvalidPartOrder');
    const parts = named.map((n) => upload.parts.get(n) as Buffer);
    if (parts.slice(0, -1).some((part) => part.length < MIN_PART)) throw new Refusal(400, 'EntityTooSmall');
    const etag = this.store(key, Buffer.concat(parts), upload.headers);
    this.uploads.delete(query.get('uploadId') ?? '');
    return xml(`<CompleteMultipartUploadResult><ETag>${escaped(etag)}</ETag></CompleteMultipartUploadResult>`);
  }

  private abort(id: string): { status: number; headers: Record<string, string>; content: Buffer } {
    if (!this.uploads.delete(id)) throw new Refusal(404, 'NoSuchUpload');
    return { status: 204, headers: {}, content: Buffer.alloc(0) };
  }

  private remove(key: string): { status: number; headers: Record<string, string>; content: Buffer } {
    this.objects.delete(key);
    return { status: 204, headers: {}, content: Buffer.alloc(0) };
  }

  private upload(query: URLSearchParams): Upload {
    const upload = this.uploads.get(query.get('uploadId') ?? '');
    if (!upload) throw new Refusal(404, 'NoSuchUpload');
    return upload;
  }

  private store(key: string, body: Buffer, headers: Record<string, string>): string {
    const etag = `"${sha256(body).slice(0, 32)}"`;
    const kept = Object.entries(headers).filter(([name]) => name === 'content-type' || name.startsWith('x-amz-meta-'));
    this.objects.set(key, { body, etag, modified: new Date(), headers: Object.fromEntries(kept) });
    return etag;
  }

  /** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
  private checkSignature(request: IncomingMessage, url: URL, body: Buffer): void {
    const headers = flat(request);
    const shape = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, SignedHeaders=([^,]+), Signature=(\w+)$/;
    const [, accessKeyId, date, region, signed, signature] = shape.exec(headers['authorization'] ?? '') ?? [];
    if (accessKeyId !== this.credentials.accessKeyId) throw new Refusal(403, 'InvalidAccessKeyId');
    const payload = headers['x-amz-content-sha256'] ?? '';
    if (payload !== 'UNSIGNED-PAYLOAD' && payload !== sha256(body)) throw new Refusal(400, 'XAmzContentSHA256Mismatch');
    const query = [...url.searchParams.entries()].map(([k, v]) => `${strict(k)}=${strict(v)}`).sort();
    const names = (signed ?? '').split(';');
    const canonical = [
      request.method,
      url.pathname
        .split('/')
        .map((segment) => strict(decodeURIComponent(segment)))
        .join('/'),
      query.join('&'),
      ...names.map((name) => `${name}:${(headers[name] ?? '').trim()}`),
      '',
      names.join(';'),
      payload,
    ].join('\n');
    const scope = `${date}/${region}/s3/aws4_request`;
    const text = ['AWS4-HMAC-SHA256', headers['x-amz-date'], scope, sha256(canonical)].join('\n');
    const hmac = (key: string | Buffer, data: string): Buffer => createHmac('sha256', key).update(data).digest();
    const dayKey = hmac(`AWS4${this.credentials.secretAccessKey}`, date ?? '');
    const key = hmac(hmac(hmac(dayKey, region ?? ''), 's3'), 'aws4_request');
    if (hmac(key, text).toString('hex') !== signature) throw new Refusal(403, 'SignatureDoesNotMatch');
  }
}

function strict(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

function flat(request: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
}

function xml(content: string): { status: number; headers: Record<string, string>; content: Buffer } {
  return { status: 200, headers: { 'content-type': 'application/xml' }, content: Buffer.from(content) };
}
