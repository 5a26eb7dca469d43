// Load without a simulator's cost: sockets that send ready-made frames and look at nothing but the begin of the answer.
import { once } from 'node:events';
import { WebSocket } from 'ws';

/** One socket with one call on it at a time. */
export class LoadStation {
  #socket;
  #waiting;
  #sequence = 0;

  constructor(socket) {
    this.#socket = socket;
    socket.on('message', (data) => this.#waiting?.(data.toString()));
  }

  static async connect(url, auth) {
    const socket = new WebSocket(url, ['ocpp1.6'], { perMessageDeflate: false, ...(auth ? { auth } : {}) });
    await once(socket, 'open');
    return new LoadStation(socket);
  }

  /** @param {(answer: string) => void} done the whole frame */
  send(action, payload, done) {
    this.#sequence += 1;
    const id = `b${this.#sequence}`;
    this.#waiting = (text) => {
      if (!text.startsWith(`[3,"${id}"`)) {
        if (text.startsWith('[2,')) return;
        throw new Error(`${action} was answered with ${text.slice(0, 200)}`);
      }
      this.#waiting = undefined;
      done(text);
    };
    this.#socket.send(`[2,"${id}","${action}",${payload}]`);
  }

  /** @returns {Promise<object>} the payload of the answer */
  call(action, payload) {
    return new Promise((resolve) => this.send(action, JSON.stringify(payload), (text) => resolve(JSON.parse(text)[2])));
  }

  close() {
    this.#socket.terminate();
  }
}

/**
 * @typedef {{ action: string, payload: string, answered?: (frame: string) => void }} Call
 * @typedef {(station: number) => Call} Source the next call of a station
 */

/**
 * Every station calls again as soon as it is answered.
 * @param {LoadStation[]} stations @param {Source} next
 */
export async function saturate(stations, next, lastsMs) {
  const latenciesMs = [];
  const until = performance.now() + lastsMs;
  const begun = performance.now();
  await Promise.all(
    stations.map(
      (station, i) =>
        new Promise((resolve) => {
          const again = () => {
            if (performance.now() >= until) return resolve();
            const { action, payload, answered } = next(i);
            const sentAt = performance.now();
            station.send(action, payload, (frame) => {
              latenciesMs.push(performance.now() - sentAt);
              answered?.(frame);
              again();
            });
          };
          again();
        }),
    ),
  );
  return { latenciesMs, wallMs: performance.now() - begun };
}

const PACE_MS = 1;

/**
 * So many calls per second, spread evenly over the stations. The latency of a call counts from the moment it was due, so that waiting
 * for a slow answer before it is not left out.
 * @param {LoadStation[]} stations @param {Source} next
 */
export async function pace(stations, next, perSecond, lastsMs) {
  const latenciesMs = [];
  const queues = stations.map(() => []);
  const busy = stations.map(() => false);
  const begun = performance.now();
  const total = Math.floor((lastsMs / 1_000) * perSecond);
  const pump = (i) => {
    const dueAt = queues[i].shift();
    if (dueAt === undefined) return void (busy[i] = false);
    busy[i] = true;
    const { action, payload, answered } = next(i);
    stations[i].send(action, payload, (frame) => {
      latenciesMs.push(performance.now() - dueAt);
      answered?.(frame);
      pump(i);
    });
  };
  let made = 0;
  await new Promise((resolve) => {
    const timer = setInterval(() => {
      const due = Math.min(total, Math.floor(((performance.now() - begun) / 1_000) * perSecond));
      for (; made < due; made++) {
        const i = made % stations.length;
        queues[i].push(begun + (made / perSecond) * 1_000);
        if (!busy[i]) pump(i);
      }
      if (made < total || latenciesMs.length < total) return;
      clearInterval(timer);
      resolve();
    }, PACE_MS);
  });
  return { latenciesMs, wallMs: performance.now() - begun };
}
