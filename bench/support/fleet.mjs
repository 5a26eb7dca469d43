// Stations in processes of their own, so that neither the open files of one process nor its one thread bound the load.
import { forkBeside } from './fork-beside.mjs';

const WORKER = new URL('./fleet-worker.mjs', import.meta.url);
/** Stations that one process holds at most: of 20,000 open files. */
const MOST_PER_PROCESS = 8_000;

/** Answers to one order of several processes, as one. */
function together(answers) {
  const [first = {}] = answers;
  const joined = {};
  for (const key of Object.keys(first)) {
    const values = answers.map((answer) => answer[key]);
    if (Array.isArray(first[key])) joined[key] = values.flat();
    else if (typeof first[key] === 'object') joined[key] = sumOf(values);
    else joined[key] = key === 'wallMs' ? Math.max(...values) : values.reduce((a, b) => a + b, 0);
  }
  return joined;
}

function sumOf(records) {
  const sum = {};
  for (const record of records) for (const [key, value] of Object.entries(record)) sum[key] = (sum[key] ?? 0) + value;
  return sum;
}

export class Fleet {
  #workers;
  #shares;
  #orders = 0;

  /** @param {string[]} identities @param {number} [processes] */
  constructor(identities, processes = Math.ceil(identities.length / MOST_PER_PROCESS)) {
    this.#shares = Array.from({ length: processes }, (_, w) => identities.filter((_id, i) => i % processes === w));
    this.#workers = this.#shares.map(() => forkBeside(WORKER));
  }

  get pids() {
    return this.#workers.map(({ pid }) => ({ pid }));
  }

  /**
   * Connects all. Each order and process has a loopback address of its own: the ports of the last one are still waiting.
   * @param {{ door: import('./thin-station.mjs').Door, password?: string, atOnce: number, again?: boolean, bootsToo?: boolean }} o
   */
  connect({ door, atOnce, ...o }) {
    this.#orders += 1;
    return this.#all('connect', (w) => ({
      ...o,
      door: { ...door, localAddress: `127.${this.#orders}.0.${w + 2}` },
      stations: this.#shares[w],
      atOnce: Math.ceil(atOnce / this.#workers.length),
    }));
  }

  vanish() {
    return this.#all('vanish', () => ({}));
  }

  traffic(o) {
    return this.#all('traffic', () => o);
  }

  count() {
    return this.#all('count', () => ({}));
  }

  stop() {
    for (const worker of this.#workers) worker.disconnect();
  }

  async #all(work, argsOf) {
    return together(await Promise.all(this.#workers.map((worker, w) => this.#order(worker, work, argsOf(w)))));
  }

  #order(worker, work, args) {
    const id = `${work}-${Math.random()}`;
    return new Promise((resolve, reject) => {
      const answered = (message) => {
        if (message.id !== id) return;
        worker.off('message', answered).off('exit', ended);
        if (message.error) reject(new Error(message.error));
        else resolve(message.result ?? {});
      };
      const ended = (code) => reject(new Error(`A process of stations ended with ${code}.`));
      worker.on('message', answered).once('exit', ended);
      worker.send({ id, work, with: args });
    });
  }
}
