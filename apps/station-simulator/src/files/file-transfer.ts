import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { once } from 'node:events';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Client } from 'basic-ftp';
import { simulatorErrors } from '../errors.js';

export interface TransferOptions {
  /** Trusted beside the platform's authorities, in PEM. */
  ca: readonly string[];
  timeoutMs: number;
  uploadMethod: 'PUT' | 'POST';
}

/**
 * Writes what an address holds into a stream, over HTTP, HTTPS, FTP or FTPS.
 * @throws AppError `simulator.transfer-failed`; errors of the connection
 */
export async function download(address: string, into: Writable, o: TransferOptions): Promise<void> {
  const url = urlOf(address);
  if (isFtp(url)) return ftp(url, o, async (client) => void (await client.downloadTo(into, pathOf(url))));
  const response = await ended(open(url, 'GET', o).end());
  await pipeline(response, into);
}

/** Puts a file at an address; a path that ends with `/` is a folder. @throws as {@link download} */
export async function upload(address: string, fileName: string, content: Buffer, o: TransferOptions): Promise<void> {
  const url = urlOf(address);
  if (url.pathname.endsWith('/')) url.pathname += encodeURIComponent(fileName);
  if (isFtp(url)) return ftp(url, o, async (client) => void (await client.uploadFrom(Readable.from([content]), pathOf(url))));
  const response = await ended(
    open(url, o.uploadMethod, o, { 'content-type': 'application/octet-stream', 'content-length': content.length }).end(content),
  );
  response.resume();
  await once(response, 'end');
}

function urlOf(address: string): URL {
  const url = URL.parse(address);
  if (url === null) throw simulatorErrors.transferFailed({ reason: 'not an address' });
  return url;
}

function isFtp({ protocol }: URL): boolean {
  return protocol === 'ftp:' || protocol === 'ftps:';
}

function pathOf({ pathname }: URL): string {
  return decodeURIComponent(pathname);
}

function open(url: URL, method: string, o: TransferOptions, headers: Record<string, string | number> = {}): ClientRequest {
  const { username, password } = url;
  const auth = username === '' ? {} : { auth: `${decodeURIComponent(username)}:${decodeURIComponent(password)}` };
  const options = { method, headers, ...auth, timeout: o.timeoutMs };
  const request =
    url.protocol === 'https:' ? httpsRequest(url, { ...options, ...(o.ca.length > 0 && { ca: [...o.ca] }) }) : httpRequest(url, options);
  return request.on('timeout', () => request.destroy(simulatorErrors.transferFailed({ reason: 'timeout' })));
}

async function ended(request: ClientRequest): Promise<IncomingMessage> {
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const status = response.statusCode ?? 0;
  if (status >= 200 && status < 300) return response;
  response.resume();
  throw simulatorErrors.transferFailed({ status });
}

/** FTPS is explicit (AUTH TLS): what stations and servers of the field agree on. */
async function ftp(url: URL, o: TransferOptions, use: (client: Client) => Promise<void>): Promise<void> {
  const client = new Client(o.timeoutMs);
  try {
    await client.access({
      host: url.hostname,
      port: url.port === '' ? 21 : Number(url.port),
      ...(url.username !== '' && { user: decodeURIComponent(url.username), password: decodeURIComponent(url.password) }),
      secure: url.protocol === 'ftps:',
      ...(o.ca.length > 0 && { secureOptions: { ca: [...o.ca] } }),
    });
    await use(client);
  } finally {
    client.close();
  }
}
