// The client side of a station's socket and no more than that: fifteen thousand of them fit into one process, and making one costs
// the machine less than answering it does. Masks with zeros, which RFC 6455 allows and which leaves the payload as it is.
import { connect as connectPlain } from 'node:net';
import { connect as connectTls } from 'node:tls';

const OPCODE = { text: 0x1, close: 0x8, ping: 0x9, pong: 0xa };
const END_OF_HEAD = Buffer.from('\r\n\r\n');
const KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
const LONG = 126;
const MASKED = 0x80;
const FINAL = 0x80;

/** @typedef {{ host: string, port: number, path: string, localAddress?: string, basic?: string, tls?: object }} Door */

/** How an attempt to connect ended. `status`: of the HTTP answer; absent when there was none. */
export class NotConnected extends Error {
  constructor(message, { status, retryAfterS } = {}) {
    super(message);
    this.status = status;
    this.retryAfterS = retryAfterS;
  }
}

/** One socket with one call on it at a time. */
export class ThinStation {
  #socket;
  #rest;
  #waiting;
  #sequence = 0;
  /** Told when the socket has ended. */
  onClosed = undefined;
  /** Told of each CALL: answers the payload of the result. */
  onCommand = () => '{}';

  constructor(socket, rest) {
    this.#socket = socket;
    this.#rest = rest.length > 0 ? rest : undefined;
    socket.on('data', (chunk) => this.#read(chunk));
    socket.on('close', () => this.#closed());
    if (this.#rest) this.#read(Buffer.alloc(0));
  }

  /** Throws {@link NotConnected}. @param {Door} door */
  static connect(door, patienceMs = 60_000) {
    return new Promise((resolve, reject) => {
      const { host, port, path, localAddress, basic, tls } = door;
      const socket = tls ? connectTls({ host, port, localAddress, ...tls }) : connectPlain({ host, port, localAddress });
      let head = Buffer.alloc(0);
      const fail = (error) => {
        socket.destroy();
        reject(error instanceof NotConnected ? error : new NotConnected(error.code ?? error.message));
      };
      const late = setTimeout(() => fail(new NotConnected('no answer in time')), patienceMs);
      const ended = () => fail(new NotConnected('closed without an answer'));
      const read = (chunk) => {
        head = head.length === 0 ? chunk : Buffer.concat([head, chunk]);
        const end = head.indexOf(END_OF_HEAD);
        if (end < 0) return;
        clearTimeout(late);
        socket.off('data', read).off('close', ended).off('error', fail);
        const answer = head.toString('latin1', 0, end);
        const status = Number(answer.slice(9, 12));
        if (status !== 101) {
          const retryAfter = /retry-after: (\d+)/i.exec(answer)?.[1];
          return fail(new NotConnected(`HTTP ${status}`, { status, ...(retryAfter && { retryAfterS: Number(retryAfter) }) }));
        }
        socket.on('error', () => undefined);
        resolve(new ThinStation(socket, head.subarray(end + END_OF_HEAD.length)));
      };
      socket.on('data', read).on('close', ended).on('error', fail);
      socket.once(tls ? 'secureConnect' : 'connect', () => {
        socket.setNoDelay(true);
        const authorization = basic ? `Authorization: Basic ${Buffer.from(basic).toString('base64')}\r\n` : '';
        socket.write(
          `GET ${path} HTTP/1.1\r\nHost: ${host}:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n` +
            `Sec-WebSocket-Key: ${KEY}\r\nSec-WebSocket-Protocol: ocpp1.6\r\n${authorization}\r\n`,
        );
      });
    });
  }

  /** @param {(answer: string) => void} done the whole frame */
  send(action, payload, done) {
    this.#sequence += 1;
    const id = `b${this.#sequence}`;
    this.#waiting = (text) => {
      if (!text.startsWith(`[3,"${id}"`)) throw new Error(`${action} was answered with ${text.slice(0, 200)}`);
      this.#waiting = undefined;
      done(text);
    };
    this.#write(OPCODE.text, Buffer.from(`[2,"${id}","${action}",${payload}]`));
  }

  /** Sends a close frame; the other side closes. */
  close() {
    this.#write(OPCODE.close, Buffer.from([0x03, 0xe8]));
  }

  /** As if the network went: no port is left waiting on this machine either. */
  vanish() {
    if (this.#socket.resetAndDestroy && !this.#socket.encrypted) this.#socket.resetAndDestroy();
    else this.#socket.destroy();
  }

  #closed() {
    this.#waiting = undefined;
    this.onClosed?.();
  }

  #write(opcode, payload) {
    const long = payload.length >= LONG;
    const head = Buffer.alloc(long ? 8 : 6);
    head[0] = FINAL | opcode;
    head[1] = MASKED | (long ? LONG : payload.length);
    if (long) head.writeUInt16BE(payload.length, 2);
    this.#socket.write(Buffer.concat([head, payload]));
  }

  #read(chunk) {
    let bytes = this.#rest ? Buffer.concat([this.#rest, chunk]) : chunk;
    this.#rest = undefined;
    for (;;) {
      const frame = frameOf(bytes);
      if (!frame) break;
      bytes = bytes.subarray(frame.length);
      this.#take(frame);
    }
    if (bytes.length > 0) this.#rest = Buffer.from(bytes);
  }

  #take({ opcode, payload }) {
    if (opcode === OPCODE.ping) return this.#write(OPCODE.pong, payload);
    if (opcode === OPCODE.close) return void this.#socket.end();
    if (opcode !== OPCODE.text) return undefined;
    const text = payload.toString('utf8');
    if (!text.startsWith('[2,')) return this.#waiting?.(text);
    const [, id, action] = JSON.parse(text);
    return this.#write(OPCODE.text, Buffer.from(`[3,${JSON.stringify(id)},${this.onCommand(action)}]`));
  }
}

/** The first whole frame of a server, which are not masked. */
function frameOf(bytes) {
  if (bytes.length < 2) return undefined;
  const size = bytes[1] & 0x7f;
  const from = size < LONG ? 2 : size === LONG ? 4 : 10;
  if (bytes.length < from) return undefined;
  const payload = size < LONG ? size : size === LONG ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  const length = from + payload;
  if (bytes.length < length) return undefined;
  return { opcode: bytes[0] & 0x0f, payload: bytes.subarray(from, length), length };
}
