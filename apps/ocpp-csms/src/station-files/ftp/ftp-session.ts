import type { Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { TLSSocket } from 'node:tls';
import { AppError } from '@ampline/kernel-errors';
import type { Telemetry } from '@ampline/platform-telemetry';
import type { EndpointCertificate } from '../endpoint-certificate.js';
import { isFileName, pathSegments } from '../file-name.js';
import { LINK_FOLDER } from '../link-secret.js';
import type { FtpLink, Link, Links } from '../links.js';
import type { Transfers } from '../transfers.js';
import { ftpCommandOf, LineReader, type FtpCommand } from './ftp-command.js';
import { PassivePort, type PortRange } from './passive-port.js';

export interface FtpSessionOptions {
  /** Address that passive ports listen at. */
  host: string;
  passivePorts: PortRange;
  /** IPv4 address that PASV tells; undefined: that of the control connection. */
  passiveHost: string | undefined;
  certificate: EndpointCertificate | undefined;
  /** USER only after AUTH TLS. */
  requireTls: boolean;
  idleMs: number;
}

type Reply = readonly [code: number, text: string];

/** Before the password a stranger gets this long, and so many commands. */
const LOGIN_WITHIN_MS = 30_000;
const MOST_PASSWORDS = 3;
/** A client that dies closes both of its connections, one after the other. */
const LAST_WORD_MS = 100;
const MOST_COMMANDS = 200;

const OK: Reply = [200, 'OK'];
const NO_SUCH_COMMAND: Reply = [502, 'Command not implemented'];
const NOT_HERE: Reply = [550, 'Not available'];

/**
 * One control connection: the subset of RFC 959, 2428, 3659 and 4217 that a charging station needs to send one file or to fetch one.
 * There is no listing and no active mode, so that nobody is made to connect anywhere (FTP bounce). Replies name no path but the client's.
 */
export class FtpSession {
  private readonly reader = new LineReader();
  private readonly loginTimer: NodeJS.Timeout;
  private socket: Socket;
  private work: Promise<void> = Promise.resolve();
  private login: FtpLink | undefined;
  private user = '';
  private passwords = 0;
  private commands = 0;
  private folder = '/';
  private shakesHands = false;
  private protectsData = false;
  private passive: PassivePort | undefined;
  private data: Socket | undefined;
  private restartAt = 0;
  private announcedBytes = 0;

  constructor(
    control: Socket,
    private readonly options: FtpSessionOptions,
    private readonly links: Links,
    private readonly transfers: Transfers,
    private readonly telemetry: Telemetry,
  ) {
    this.socket = control;
    this.loginTimer = setTimeout(() => this.destroy(), LOGIN_WITHIN_MS);
    this.listen();
    this.reply([220, 'Ready']);
  }

  destroy(): void {
    clearTimeout(this.loginTimer);
    this.passive?.discard();
    this.data?.destroy();
    this.socket.destroy();
  }

  private readonly take = (chunk: Buffer): void => {
    const lines = this.reader.push(chunk);
    if (lines === 'too-long') return this.leave([500, 'Line too long']);
    this.commands += lines.length;
    if (this.commands > MOST_COMMANDS) return this.leave([421, 'Too many commands']);
    // One after the other, in the order in which they came.
    for (const line of lines) this.work = this.work.then(() => this.answer(line));
  };

  private listen(): void {
    this.socket.on('data', this.take);
    this.socket.setTimeout(this.options.idleMs, () => {
      // During a transfer the control connection is silent; the data connection has a deadline of its own.
      if (!this.data) this.leave([421, 'Idle for too long']);
    });
    this.socket.on('error', () => this.destroy());
    this.socket.on('close', () => this.destroy());
  }

  private async answer(line: string): Promise<void> {
    if (this.socket.destroyed) return;
    const command = ftpCommandOf(line);
    try {
      const reply = command ? await this.run(command) : ([500, 'No command'] as const);
      if (reply) this.reply(reply);
      if (command?.verb === 'AUTH' && reply?.[0] === 234) this.secure();
      if (command?.verb === 'QUIT' || reply?.[0] === 421) this.socket.end();
    } catch (error) {
      this.telemetry.logger.warn('station-file.ftp-failed', { verb: command?.verb }, error);
      this.reply([451, 'Try again later']);
    }
  }

  private run({ verb, argument }: FtpCommand): Promise<Reply | undefined> | Reply | undefined {
    switch (verb) {
      case 'USER':
        return this.takeUser(argument);
      case 'PASS':
        return this.takePassword(argument);
      case 'AUTH':
        return this.upgrade(argument);
      case 'PBSZ':
        return this.isSecure ? OK : [503, 'AUTH first'];
      case 'FEAT':
        return this.features();
      case 'SYST':
        return [215, 'UNIX Type: L8'];
      case 'NOOP':
        return OK;
      case 'OPTS':
        return argument.toUpperCase() === 'UTF8 ON' ? OK : [501, 'Unknown option'];
      case 'QUIT':
        return [221, 'Goodbye'];
      default:
        return this.login ? this.runAs(this.login, verb, argument) : [530, 'Log in first'];
    }
  }

  private runAs(login: FtpLink, verb: string, argument: string): Promise<Reply | undefined> | Reply | undefined {
    switch (verb) {
      case 'PROT':
        return this.protect(argument);
      case 'TYPE':
        // Whatever a station calls its file, its bytes are kept as they are.
        return /^(?:I|L 8|A(?: N)?)$/i.test(argument) ? OK : [504, 'Unknown type'];
      case 'MODE':
        return argument.toUpperCase() === 'S' ? OK : [504, 'Stream only'];
      case 'STRU':
        return argument.toUpperCase() === 'F' ? OK : [504, 'Files only'];
      case 'PWD':
        return [257, `"${this.folder}"`];
      case 'CWD':
        return this.enter(login, argument);
      case 'CDUP':
        return this.enter(login, '..');
      case 'PASV':
      case 'EPSV':
        return this.openPassive(verb, argument);
      case 'ALLO':
        return this.announce(login.link, argument);
      case 'SIZE':
        return this.size(login, argument);
      case 'REST':
        return this.restart(argument);
      case 'RETR':
        return this.retrieve(login, argument);
      case 'STOR':
        return this.store(login, argument);
      default:
        return NO_SUCH_COMMAND;
    }
  }

  private get isSecure(): boolean {
    return this.socket instanceof TLSSocket;
  }

  private features(): undefined {
    const secure = this.options.certificate ? [' AUTH TLS', ' PBSZ', ' PROT'] : [];
    this.socket.write(['211-Features', ...secure, ' EPSV', ' PASV', ' REST STREAM', ' SIZE', ' UTF8', '211 End', ''].join('\r\n'));
    return undefined;
  }

  private takeUser(argument: string): Reply {
    if (this.options.requireTls && !this.isSecure) return [522, 'AUTH TLS first'];
    this.login = undefined;
    this.user = argument;
    return [331, 'Password'];
  }

  private async takePassword(password: string): Promise<Reply> {
    if (this.user === '') return [503, 'USER first'];
    const login = await this.links.byFtpUser(this.user, password);
    this.user = '';
    if (login) {
      clearTimeout(this.loginTimer);
      this.login = login;
      return [230, 'Logged in'];
    }
    this.telemetry.logger.info('station-file.ftp-login-refused', { remoteAddress: this.socket.remoteAddress });
    return ++this.passwords < MOST_PASSWORDS ? [530, 'Not logged in'] : [421, 'Not logged in'];
  }

  private upgrade(argument: string): Reply {
    if (!this.options.certificate) return [502, 'TLS is not set up'];
    if (this.isSecure) return [503, 'Secure already'];
    return /^(?:TLS|TLS-C|SSL)$/i.test(argument) ? [234, 'Proceed'] : [504, 'TLS only'];
  }

  /** What came in the clear before the handshake counts no more (command injection). */
  private secure(): void {
    const plain = this.socket;
    plain.removeAllListeners('data');
    plain.removeAllListeners('timeout');
    this.login = undefined;
    this.user = '';
    this.socket = new TLSSocket(plain, { isServer: true, ...this.options.certificate });
    this.shakesHands = true;
    this.socket.once('secure', () => (this.shakesHands = false));
    this.listen();
  }

  private protect(argument: string): Reply {
    if (!this.isSecure) return [503, 'AUTH first'];
    if (argument.toUpperCase() === 'C' && this.options.requireTls) return [534, 'Private only'];
    if (!/^[CP]$/i.test(argument)) return [536, 'C or P'];
    this.protectsData = argument.toUpperCase() === 'P';
    return OK;
  }

  /** Folders of a link: the root, the one of all links, its own. */
  private enter(login: FtpLink, argument: string): Reply {
    const segments = pathSegments(this.folder, argument);
    const [folder, token, ...more] = segments;
    const known = (folder === undefined || folder === LINK_FOLDER) && (token === undefined || login.isToken(token)) && more.length === 0;
    if (!known) return NOT_HERE;
    this.folder = `/${segments.join('/')}`;
    return [250, 'OK'];
  }

  /** The name of a file in the link's folder, or in one above it: some stations know the path only half. */
  private fileName(login: FtpLink, argument: string): string | undefined {
    const segments = pathSegments(this.folder, argument);
    const name = segments.pop();
    const [folder, token, ...more] = segments;
    const placed = (folder === undefined || folder === LINK_FOLDER) && (token === undefined || login.isToken(token)) && more.length === 0;
    return placed && name !== undefined && isFileName(name) ? name : undefined;
  }

  private async openPassive(verb: 'PASV' | 'EPSV', argument: string): Promise<Reply> {
    if (verb === 'EPSV' && !/^(?:1|2|ALL)?$/i.test(argument)) return [522, 'Unknown protocol'];
    if (/^ALL$/i.test(argument)) return OK;
    this.passive?.discard();
    const address = (this.options.passiveHost ?? this.socket.localAddress ?? '').replace(/^::ffff:/, '');
    if (verb === 'PASV' && !/^\d+\.\d+\.\d+\.\d+$/.test(address)) return [425, 'EPSV only'];
    this.passive = await PassivePort.open(this.options.host, this.options.passivePorts, this.socket.remoteAddress ?? '');
    if (!this.passive) return [425, 'No port is free'];
    const { port } = this.passive;
    if (verb === 'EPSV') return [229, `Passive (|||${port}|)`];
    return [227, `Passive (${address.replaceAll('.', ',')},${port >> 8},${port & 0xff})`];
  }

  private announce({ maxBytes }: Link, argument: string): Reply {
    this.announcedBytes = Number(/^\d{1,15}/.exec(argument)?.[0] ?? 0);
    return this.announcedBytes > maxBytes ? [552, `At most ${maxBytes} bytes`] : OK;
  }

  private size(login: FtpLink, argument: string): Reply {
    const { target } = login.link;
    const name = this.fileName(login, argument);
    return target.kind === 'download' && name === target.fileName ? [213, String(target.sizeBytes)] : NOT_HERE;
  }

  private restart(argument: string): Reply {
    if (!/^\d{1,15}$/.test(argument)) return [501, 'A position'];
    this.restartAt = Number(argument);
    return [350, 'RETR next'];
  }

  private async retrieve(login: FtpLink, argument: string): Promise<Reply> {
    const { target } = login.link;
    const start = this.restartAt;
    this.restartAt = 0;
    const name = this.fileName(login, argument);
    if (target.kind !== 'download' || name !== target.fileName) return NOT_HERE;
    if (start > target.sizeBytes) return [554, 'Behind the end'];
    return this.transfer(async (data) => pipeline(await this.transfers.give(login.link, { start }), data));
  }

  private async store(login: FtpLink, argument: string): Promise<Reply> {
    const restarted = this.restartAt > 0;
    this.restartAt = 0;
    const name = this.fileName(login, argument);
    if (login.link.target.kind !== 'upload') return NOT_HERE;
    if (name === undefined) return [553, 'No name for a file'];
    if (restarted) return [554, 'From the begin only'];
    if (this.announcedBytes > login.link.maxBytes) return [552, `At most ${login.link.maxBytes} bytes`];
    return this.transfer((data) => this.transfers.take(login.link, name, this.whole(data)));
  }

  /** In stream mode a file ends where its connection does: one of a client that has died altogether is no whole file. */
  private async *whole(data: Socket): AsyncGenerator<Uint8Array> {
    yield* data as AsyncIterable<Uint8Array>;
    await new Promise((resolve) => setTimeout(resolve, LAST_WORD_MS));
    if (this.socket.destroyed) throw new Error('the client has gone');
  }

  private async transfer(move: (data: Socket) => Promise<void>): Promise<Reply> {
    const { passive } = this;
    this.passive = undefined;
    if (!passive) return [425, 'PASV or EPSV first'];
    this.reply([150, 'Go on']);
    try {
      this.data = this.dataSocket(await passive.connection());
    } catch {
      return [425, 'No data connection'];
    }
    try {
      await move(this.data);
      return [226, 'Done'];
    } catch (error) {
      return failedTransfer(error);
    } finally {
      this.data.destroy();
      this.data = undefined;
    }
  }

  private dataSocket(plain: Socket): Socket {
    const data = this.protectsData ? new TLSSocket(plain, { isServer: true, ...this.options.certificate }) : plain;
    data.setTimeout(this.options.idleMs, () => data.destroy(new Error('idle')));
    data.on('error', () => plain.destroy());
    return data;
  }

  private reply([code, text]: Reply): void {
    if (!this.socket.destroyed) this.socket.write(`${code} ${text}\r\n`);
  }

  private leave(reply: Reply): void {
    if (this.shakesHands) return this.destroy();
    this.reply(reply);
    this.socket.destroySoon();
  }
}

function failedTransfer(error: unknown): Reply {
  if (AppError.is(error, 'csms.station-files.too-large')) return [552, `At most ${String(error.details?.['maxBytes'])} bytes`];
  if (AppError.is(error, 'csms.station-files.link-unusable')) return NOT_HERE;
  if (AppError.is(error, 'csms.station-files.empty')) return [554, 'No bytes'];
  return AppError.is(error) ? [451, 'Try again later'] : [426, 'Data connection broken'];
}
