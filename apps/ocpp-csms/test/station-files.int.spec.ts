import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request as httpsRequest } from 'node:https';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FileTransfer, StationFileKind, StationFileState, type StationFile } from '@ampline/contracts';
import { eventually, freePort } from '@ampline/platform-testing';
import { Client as FtpClient } from 'basic-ftp';
import { FileStation } from './support/file-station.js';
import { codeOf, RunningCsms, type Clients, type TestTenant } from './support/running-csms.js';
import { writeCertificate } from './support/test-certificate.js';

const MOST_BYTES = 300_000;
const MOST_CONNECTIONS = 40;

let csms: RunningCsms;
let demo: TestTenant;
let me: Clients;
let station: FileStation;
let folder: string;
let ports: { http: number; ftp: number };
let certificate: Buffer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ampline-files-'));
  const { cert, key } = await writeCertificate(folder);
  certificate = readFileSync(cert);
  ports = { http: await freePort(), ftp: await freePort() };
  csms = await RunningCsms.start({
    OCPP_CSMS_FILES_HTTP_PORT: String(ports.http),
    OCPP_CSMS_FILES_FTP_PORT: String(ports.ftp),
    OCPP_CSMS_FILES_TLS_CERT: cert,
    OCPP_CSMS_FILES_TLS_KEY: key,
    OCPP_CSMS_FILES_PUBLIC_HOST: 'localhost',
    OCPP_CSMS_FILES_MAX_UPLOAD_BYTES: String(MOST_BYTES),
    OCPP_CSMS_FILES_MAX_CONNECTIONS: String(MOST_CONNECTIONS),
    OCPP_CSMS_FILES_IDLE_S: '2',
  });
  demo = await csms.tenant('demo');
  me = csms.as('operator', demo.tenantId);
  const { stationId } = await csms.station(demo, 'Files-1');
  station = await FileStation.open(csms.bus, demo, { stationId, identity: 'Files-1', answer: { fileName: 'diagnostics.zip' } });
});
afterAll(async () => {
  await station.close();
  await csms.stop();
  rmSync(folder, { recursive: true });
});

/** Asks the station, and answers where it is to send the file. */
async function ask(transfer: FileTransfer, kind = StationFileKind.DIAGNOSTICS): Promise<{ file: StationFile; url: URL }> {
  const { file } = await me.files.requestStationFile({ stationId: station.wire.stationId, kind, transfer });
  return { file: file as StationFile, url: new URL(station.location) };
}

async function fileNow(fileId: string): Promise<StationFile> {
  return (await me.files.getStationFile({ fileId })).file as StationFile;
}

async function contentOf(fileId: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for (let offset = 0n; ;) {
    const { content } = await me.files.readStationFile({ fileId, offset });
    if (content.length === 0) return Buffer.concat(chunks);
    chunks.push(content);
    offset += BigInt(content.length);
  }
}

async function loggedIn(url: URL, secure: boolean): Promise<FtpClient> {
  const client = new FtpClient(20_000);
  await client.access({
    host: '127.0.0.1',
    port: Number(url.port),
    user: url.username,
    password: url.password,
    secure,
    secureOptions: { ca: certificate, servername: 'localhost' },
  });
  return client;
}

describe('a file by FTP', () => {
  it.each([
    ['in the clear', FileTransfer.FTP, 'ftp:', false],
    ['over TLS', FileTransfer.FTPS, 'ftps:', true],
  ])('%s arrives whole, and can be read', async (_how, transfer, protocol, secure) => {
    const { file, url } = await ask(transfer);
    expect(url.protocol).toBe(protocol);
    const bytes = randomBytes(200_000);
    const client = await loggedIn(url, secure);
    await client.cd(url.pathname);
    await client.uploadFrom(Readable.from([bytes.subarray(0, 70_000), bytes.subarray(70_000)]), 'diagnostics.zip');
    client.close();
    expect(await fileNow(file.fileId)).toMatchObject({
      state: StationFileState.ARRIVED,
      fileName: 'diagnostics.zip',
      sizeBytes: 200_000n,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      reason: '',
    });
    expect((await contentOf(file.fileId)).equals(bytes)).toBe(true);
  });

  it('by its full path, without changing the folder, arrives as well', async () => {
    const { file, url } = await ask(FileTransfer.FTP);
    const client = await loggedIn(url, false);
    await client.uploadFrom(Readable.from('text'), `${url.pathname}log.txt`);
    client.close();
    expect(await fileNow(file.fileId)).toMatchObject({ state: StationFileState.ARRIVED, fileName: 'log.txt', sizeBytes: 4n });
  });

  it('that broke off may be sent again; one that arrived may not', async () => {
    const { file, url } = await ask(FileTransfer.FTP);
    const broken = await loggedIn(url, false);
    const cut = new Readable({ read: () => undefined });
    const sending = broken.uploadFrom(cut, 'a.txt');
    cut.push('half');
    await eventually(async () => (await fileNow(file.fileId)).state === StationFileState.UPLOADING);
    broken.close();
    await expect(sending).rejects.toThrow();
    const again = await loggedIn(url, false);
    await again.uploadFrom(Readable.from('whole'), 'a.txt');
    await expect(again.uploadFrom(Readable.from('other'), 'a.txt')).rejects.toThrow('550');
    again.close();
    expect((await contentOf(file.fileId)).toString()).toBe('whole');
    await expect(loggedIn(url, false)).rejects.toThrow('530');
  });

  it('that is too large is refused', async () => {
    const { file, url } = await ask(FileTransfer.FTP);
    const client = await loggedIn(url, false);
    await expect(client.uploadFrom(Readable.from(randomBytes(MOST_BYTES + 1)), 'big')).rejects.toThrow(/552|closed/);
    client.close();
    expect((await fileNow(file.fileId)).state).not.toBe(StationFileState.ARRIVED);
  });
});

describe('a file by HTTPS', () => {
  const send = (url: URL | string, init: RequestInit): Promise<{ status: number }> => request(String(url), init);

  it.each([
    ['PUT to the address', 'PUT', '', {}],
    ['PUT below it', 'PUT', 'log.zip', {}],
    ['POST', 'POST', 'log.zip', { 'content-type': 'application/zip' }],
  ])('by %s', async (_how, method, name, headers) => {
    const { file, url } = await ask(FileTransfer.HTTPS);
    const body = randomBytes(100_000);
    expect((await send(`${url.href}${name}`, { method, body, headers })).status).toBe(201);
    expect(await fileNow(file.fileId)).toMatchObject({
      state: StationFileState.ARRIVED,
      fileName: name || 'diagnostics.zip',
      sizeBytes: 100_000n,
    });
    expect((await contentOf(file.fileId)).equals(body)).toBe(true);
    expect((await send(url, { method, body })).status).toBe(404);
  });

  it('by a form', async () => {
    const { file, url } = await ask(FileTransfer.HTTPS, StationFileKind.SECURITY_LOG);
    const form = new FormData();
    form.set('comment', 'hello');
    form.set('file', new File(['of the form'], 'security.log'));
    const encoded = new Request('http://x', { method: 'POST', body: form });
    const headers = { 'content-type': encoded.headers.get('content-type') ?? '' };
    expect((await send(url, { method: 'POST', body: Buffer.from(await encoded.arrayBuffer()), headers })).status).toBe(201);
    expect(await fileNow(file.fileId)).toMatchObject({ fileName: 'security.log', kind: StationFileKind.SECURITY_LOG });
    expect((await contentOf(file.fileId)).toString()).toBe('of the form');
  });

  it('that is too large, empty or cut off is refused, and may be sent again', async () => {
    const { file, url } = await ask(FileTransfer.HTTPS);
    expect((await send(url, { method: 'PUT', body: randomBytes(MOST_BYTES + 1) })).status).toBe(413);
    expect((await send(url, { method: 'PUT', body: '' })).status).toBe(400);
    expect(
      (await send(url, { method: 'POST', body: '--x\r\n\r\ncut', headers: { 'content-type': 'multipart/form-data; boundary=x' } })).status,
    ).toBe(500);
    expect((await send(url, { method: 'PUT', body: 'now' })).status).toBe(201);
    expect((await contentOf(file.fileId)).toString()).toBe('now');
  });

  it.each([
    ['GET', '/'],
    ['GET', '/f'],
    ['PUT', `/f/${'A'.repeat(43)}/x`],
    ['PUT', '/f/../../etc/passwd'],
    ['PUT', '/f/%2e%2e/%2e%2e/etc/passwd'],
    ['GET', '/%'],
  ])('is not to be had by a stranger: %s %s', async (method, path) => {
    expect((await send(`https://localhost:${ports.http}${path}`, { method, ...(method === 'PUT' && { body: 'x' }) })).status).toBe(404);
  });

  it('goes the way that it was asked for alone', async () => {
    const { url } = await ask(FileTransfer.HTTPS);
    expect((await send(url, { method: 'GET' })).status).toBe(405);
    expect((await send(url, { method: 'DELETE' })).status).toBe(405);
    expect((await send(`${url.href}../x/y`, { method: 'PUT', body: 'x' })).status).toBe(404);
  });
});

describe('what a station is asked', () => {
  it('names the file, and reports where it stands', async () => {
    const { file } = await ask(FileTransfer.HTTPS);
    expect(file).toMatchObject({ state: StationFileState.REQUESTED, fileName: 'diagnostics.zip', toldStatus: '' });
    await station.wire.send('DiagnosticsStatusNotification', { status: 'Idle' });
    expect((await fileNow(file.fileId)).toldStatus).toBe('');
    await station.wire.send('DiagnosticsStatusNotification', { status: 'Uploading' });
    expect(await fileNow(file.fileId)).toMatchObject({ state: StationFileState.UPLOADING, toldStatus: 'Uploading' });
    await station.wire.send('DiagnosticsStatusNotification', { status: 'UploadFailed' });
    expect(await fileNow(file.fileId)).toMatchObject({ state: StationFileState.FAILED, reason: 'status-told' });
  });

  it('is GetLog for logs, whose reports name the request', async () => {
    const first = await ask(FileTransfer.HTTPS, StationFileKind.DIAGNOSTICS_LOG);
    const { requestId } = station.commands.at(-1)?.payload as { requestId: number };
    const second = await ask(FileTransfer.HTTPS, StationFileKind.DIAGNOSTICS_LOG);
    expect(station.commands.at(-1)).toMatchObject({ action: 'GetLog', payload: { logType: 'DiagnosticsLog' } });
    await station.wire.send('LogStatusNotification', { status: 'UploadFailure', requestId });
    expect((await fileNow(first.file.fileId)).state).toBe(StationFileState.FAILED);
    expect((await fileNow(second.file.fileId)).state).toBe(StationFileState.REQUESTED);
  });

  it('keeps its address out of commands, archive, facts and logs', async () => {
    const { url } = await ask(FileTransfer.FTP);
    const token = url.pathname.split('/')[2] ?? '?';
    const [row] = (await csms.admin.query(`SELECT payload::text FROM command ORDER BY requested_at DESC LIMIT 1`)).rows as {
      payload: string;
    }[];
    expect(row?.payload).toContain('/f/[hidden]/');
    const texts = [
      ...(await csms.admin.query(`SELECT payload::text AS text FROM command`)).rows,
      ...(await csms.admin.query(`SELECT request_frame AS text FROM ocpp_message`)).rows,
      ...(await csms.admin.query(`SELECT payload AS text FROM outbox`)).rows,
    ] as { text: string }[];
    const logged = JSON.stringify(csms.replicas[0]?.telemetry.lines);
    for (const secret of [token, url.password, url.username]) {
      expect(texts.filter(({ text }) => text.includes(secret))).toEqual([]);
      expect(logged.includes(secret)).toBe(false);
    }
  });

  it('says so when the station cannot be reached, or the transfer is off', async () => {
    const { stationId } = await csms.station(demo, 'Files-Away');
    const { file } = await me.files.requestStationFile({ stationId, kind: StationFileKind.DIAGNOSTICS });
    expect(file).toMatchObject({ state: StationFileState.FAILED, reason: 'station-offline' });
    const plain = me.files.requestStationFile({ stationId, kind: StationFileKind.DIAGNOSTICS, transfer: FileTransfer.HTTP });
    expect(await codeOf(plain)).toBe('csms.station-files.transfer-off');
  });

  it('is deleted when somebody says so', async () => {
    const { file, url } = await ask(FileTransfer.HTTPS);
    await request(url.href, { method: 'PUT', body: 'x' });
    const { file: deleted } = await me.files.deleteStationFile({ fileId: file.fileId });
    expect(deleted?.state).toBe(StationFileState.DELETED);
    expect(await codeOf(me.files.readStationFile({ fileId: file.fileId }))).toBe('csms.station-files.file-absent');
    const { files } = await me.files.listStationFiles({ stationId: station.wire.stationId, page: { limit: 1 } });
    expect(files.map((one) => one.fileId)).toEqual([file.fileId]);
  });
});

describe('an FTP client that means no good', () => {
  /** Speaks lines, and reads what comes until the connection is silent or closed. */
  async function speak(lines: readonly string[]): Promise<string[]> {
    const socket = connect(ports.ftp, '127.0.0.1');
    const replies: string[] = [];
    const iterator = linesOf(socket);
    replies.push((await iterator.next()).value as string);
    for (const line of lines) {
      socket.write(`${line}\r\n`);
      const next = await iterator.next();
      if (next.done) break;
      replies.push(next.value);
    }
    socket.destroy();
    return replies.slice(1).map((reply) => reply.slice(0, 3));
  }

  /** So many connections at once; answers how many were served at once. */
  async function storm(connections: number): Promise<number> {
    const sockets = Array.from({ length: connections }, () => connect(ports.ftp, '127.0.0.1'));
    const served = new Set<Socket>();
    let [most, closed] = [0, 0];
    for (const socket of sockets) {
      socket.on('data', () => (most = Math.max(most, served.add(socket).size)));
      socket.on('close', () => {
        served.delete(socket);
        closed++;
      });
      socket.on('error', () => undefined);
    }
    await eventually(() => served.size + closed >= sockets.length);
    for (const socket of sockets) socket.destroy();
    return most;
  }

  const login = (url: URL): string[] => [`USER ${url.username}`, `PASS ${url.password}`];

  it('gets nothing without a password, and is sent away after three', async () => {
    expect(await speak(['PASV', 'CWD /', 'STOR x', 'LIST'])).toEqual(['530', '530', '530', '530']);
    const wrong = ['USER a', 'PASS b', 'USER a', 'PASS b', 'USER a', 'PASS b'];
    expect(await speak(wrong)).toEqual(['331', '530', '331', '530', '331', '421']);
  });

  it('cannot have the server connect anywhere (bounce)', async () => {
    const { url } = await ask(FileTransfer.FTP);
    expect(await speak([...login(url), 'PORT 127,0,0,1,0,22', 'EPRT |1|127.0.0.1|22|', 'LPRT 4'])).toEqual([
      '331',
      '230',
      '502',
      '502',
      '502',
    ]);
  });

  it('cannot leave its folder, nor list, rename or delete', async () => {
    const { url } = await ask(FileTransfer.FTP);
    const token = url.pathname.split('/')[2] ?? '';
    const tries = [
      'CWD ..',
      'CWD /etc',
      `CWD /f/${'A'.repeat(43)}`,
      `CWD /f/${token}`,
      'CWD deeper',
      'LIST',
      'DELE x',
      'RNFR x',
      'MKD x',
      'SITE CHMOD',
    ];
    expect(await speak([...login(url), ...tries])).toEqual([
      '331',
      '230',
      '250',
      '550',
      '550',
      '250',
      ...['550', '502', '502', '502', '502', '502'],
    ]);
    const names = ['STOR ../../x', 'STOR /etc/passwd', 'STOR a/b', 'RETR x', 'SIZE x', 'ALLO 99999999999'];
    // The first is a name in the root, which is the station's own too: only the data connection lacks.
    const codes = ['425', '553', '553', '550', '550', '552'];
    expect(await speak([...login(url), `CWD /f/${token}`, ...names])).toEqual(['331', '230', '250', ...codes]);
  });

  it('is cut off when its line is too long or it says too much', async () => {
    expect(await speak(['X'.repeat(5_000)])).toEqual(['500']);
    const replies = await speak(Array.from({ length: 300 }, () => 'NOOP'));
    expect(replies.at(-1)).toBe('421');
    expect(replies.length).toBeLessThan(210);
  });

  it('that opens connections in thousands finds them bounded, and others are served afterwards', async () => {
    for (let wave = 0; wave < 5; wave++) expect(await storm(400)).toBeLessThanOrEqual(MOST_CONNECTIONS);
    const { url } = await ask(FileTransfer.FTP);
    await eventually(async () => {
      try {
        (await loggedIn(url, false)).close();
        return true;
      } catch {
        return false;
      }
    });
  });

  it('that stays silent is cut off, at the control and at the data connection', async () => {
    const { file, url } = await ask(FileTransfer.FTP);
    const client = await loggedIn(url, false);
    const silent = new Readable({ read: () => undefined });
    silent.push('a little');
    await expect(client.uploadFrom(silent, 'slow')).rejects.toThrow();
    client.close();
    expect((await fileNow(file.fileId)).state).toBe(StationFileState.UPLOADING);
    const socket = connect(ports.ftp, '127.0.0.1');
    const lines: string[] = [];
    for await (const line of linesOf(socket)) lines.push(line.slice(0, 3));
    expect(lines).toEqual(['220', '421']);
  });

  it('cannot take over the data connection of another', async () => {
    const { url } = await ask(FileTransfer.FTP);
    const client = await loggedIn(url, false);
    const { message } = await client.send('EPSV');
    const port = Number(/\|(\d+)\|/.exec(message)?.[1]);
    // Another address of this machine is another client.
    const thief = connect({ port, host: '127.0.0.1', localAddress: '127.0.0.2' });
    thief.on('error', () => undefined);
    await new Promise<void>((resolve) => thief.on('close', () => resolve()));
    client.close();
  });

  it('cannot smuggle commands in before TLS', async () => {
    const socket = connect(ports.ftp, '127.0.0.1');
    const lines = linesOf(socket);
    await lines.next();
    socket.write('AUTH TLS\r\nUSER smuggled\r\nPASS smuggled\r\n');
    expect(((await lines.next()).value as string).slice(0, 3)).toBe('234');
    // What follows in the clear is no handshake.
    const rest: string[] = [];
    for await (const line of lines) rest.push(line);
    expect(rest.filter((line) => /^[235]\d\d /.test(line))).toEqual([]);
  });
});

async function* linesOf(socket: Socket): AsyncGenerator<string> {
  let text = '';
  try {
    for await (const chunk of socket) {
      text += String(chunk);
      const lines = text.split('\r\n');
      text = lines.pop() ?? '';
      yield* lines;
    }
  } catch {
    // Cut off.
  }
}

/** A request that trusts the test's certificate. */
function request(url: string, init: RequestInit): Promise<{ status: number }> {
  return new Promise((resolve, reject) => {
    const body = init.body === undefined || init.body === null ? undefined : Buffer.from(init.body as Uint8Array | string);
    const outgoing = httpsRequest(
      url,
      {
        method: init.method ?? 'GET',
        ca: certificate,
        servername: 'localhost',
        headers: { ...(init.headers as Record<string, string>), ...(body && { 'content-length': body.length }) },
        agent: false,
      },
      (response) => {
        response.resume();
        resolve({ status: response.statusCode ?? 0 });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
