// The same frames on the sockets of a gateway, in front of a csms and its database.
import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { binaryFrame, fuzzFrame } from '@ampline/station-simulator';
import { WebSocket } from 'ws';
import { BenchPlatform, PASSWORD, TENANT } from '../support/platform.mjs';

const SOCKETS = 4;
/** A call of our own follows so many frames: its answer says that they have been taken. Fewer than may wait at once. */
const GROUP = 10;
const BINARY_EVERY = 500;
const ANSWER_WITHIN_MS = 60_000;
/** Binary, and larger than a frame may be. */
const DESERVED = [1003, 1009];
const KIB = 1_024;

export class FuzzedPlatform {
  #closes = new Map();
  #problems = [];

  constructor(platform, identities, seed, now) {
    this.platform = platform;
    this.identities = identities;
    this.seed = seed;
    this.now = now;
  }

  static async start(seed, now) {
    const platform = await BenchPlatform.start({ env: { OCPP_CSMS_CALLS_PER_MINUTE: '100000' } });
    const { identities } = await platform.furnish({ stations: SOCKETS, evses: 1 });
    return new FuzzedPlatform(platform, identities, seed, now);
  }

  get dir() {
    return this.platform.dir;
  }

  async run(frames) {
    const fifth = Math.floor(frames / 5);
    await this.#share(0, fifth);
    const warmKib = this.#gatewayKib();
    await this.#share(fifth, frames);
    const closes = [...this.#closes].map(([code, count]) => `${code} × ${count}`);
    return { problems: this.#problems, closes, grownKib: this.#gatewayKib() - warmKib };
  }

  /** @returns what is wrong, if anything is */
  async isAlive() {
    const socket = await this.#connect(this.identities[0]);
    const answer = await ask(socket, 'Heartbeat');
    socket.close();
    return answer?.[0] === 3 ? undefined : `answered ${JSON.stringify(answer)}`;
  }

  /** @returns what is wrong, if anything is */
  faultOf(name, log) {
    if (!this.platform.split.of(name).every(({ alive }) => alive)) return 'it has ended';
    return log.split('\n').find((line) => /"level":"(error|fatal)"|unhandled|heap out of memory/i.test(line));
  }

  async stop() {
    await this.platform.stop();
  }

  /** Frames of a span, each on the socket its number names. */
  async #share(from, to) {
    await Promise.all(
      this.identities.map(async (identity, which) => {
        let socket = await this.#connect(identity);
        for (let index = from + ((which - (from % SOCKETS) + SOCKETS) % SOCKETS), sent = 0; index < to; index += SOCKETS) {
          send(socket, index % BINARY_EVERY === BINARY_EVERY - 1 ? binaryFrame(this.seed, index) : fuzzFrame(this.seed, index, this.now));
          sent += 1;
          if (sent % GROUP !== 0 && index + SOCKETS < to) continue;
          const answer = await ask(socket, 'Heartbeat');
          if (answer?.[0] === 3) continue;
          this.#lost(index, socket, answer);
          socket.terminate();
          socket = await this.#connect(identity);
        }
        socket.close();
      }),
    );
  }

  #lost(index, { closeCode }, answer) {
    const code = closeCode ?? 'silence';
    this.#closes.set(code, (this.#closes.get(code) ?? 0) + 1);
    if (!DESERVED.includes(code)) this.#problems.push(`up to frame ${index}: ${code}, ${JSON.stringify(answer)}`);
  }

  async #connect(identity) {
    const url = `${this.platform.ocppUrls[0]}/${TENANT}/${identity}`;
    const socket = new WebSocket(url, ['ocpp1.6'], { auth: `${identity}:${PASSWORD}`, perMessageDeflate: false });
    socket.on('error', () => undefined);
    socket.on('close', (code) => (socket.closeCode = code));
    await once(socket, 'open');
    return socket;
  }

  #gatewayKib() {
    const [gateway] = this.platform.split.of('ocpp-gateway');
    const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${gateway.pid}/status`, 'utf8')) ?? [];
    return Number(kib ?? process.memoryUsage().rss / KIB);
  }
}

function send(socket, frame) {
  if (socket.readyState !== WebSocket.OPEN) return;
  if (frame.kind === 'text') return socket.send(frame.text);
  if (frame.kind === 'binary') return socket.send(frame.bytes, { binary: true });
  frame.parts.forEach((part, i) => socket.send(part, { binary: false, fin: i === frame.parts.length - 1 }));
}

/** @returns the answer; undefined when the socket ends or stays silent */
async function ask(socket, action) {
  if (socket.readyState !== WebSocket.OPEN) return undefined;
  const id = `own-${(socket.asked = (socket.asked ?? 0) + 1)}`;
  const { promise, resolve } = Promise.withResolvers();
  const read = (data) => {
    const answer = JSON.parse(data.toString());
    if (answer[1] === id) resolve(answer);
  };
  const gone = () => resolve(undefined);
  const timer = setTimeout(gone, ANSWER_WITHIN_MS);
  socket.on('message', read);
  socket.on('close', gone);
  socket.send(JSON.stringify([2, id, action, {}]));
  const answer = await promise;
  clearTimeout(timer);
  socket.off('message', read);
  socket.off('close', gone);
  return answer;
}
