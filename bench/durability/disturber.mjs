import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const WATCH_EVERY_MS = 250;
const SHARE_WITHOUT_POWER = 0.1;

/** Carries a schedule out, and starts again what ends by itself, as an orchestrator would. */
export class Disturber {
  #platform;
  #simulation;
  #say;
  /** Processes that something is being done to; nothing else is done to them meanwhile. */
  #turns = new Map();
  #watching = true;
  #watcher;
  /** What service processes said last that ended without having been asked to. */
  endings = [];

  constructor(platform, simulation, say) {
    this.#platform = platform;
    this.#simulation = simulation;
    this.#say = say;
    this.#watcher = this.#watch();
  }

  /** @param {import('./schedule.mjs').Event[]} events @param {(event: object) => string} describe */
  async run(events, describe) {
    const begun = performance.now();
    const blows = events.map(async (event) => {
      await pause(Math.max(0, event.atMs - (performance.now() - begun)));
      this.#say(describe(event));
      await this.#strike(event);
    });
    await Promise.all(blows);
  }

  /** Waits until every process says that it is ready. */
  async allReady() {
    await Promise.all(this.#platform.split.processes.map((process) => process.ready()));
  }

  async end() {
    this.#watching = false;
    await this.#watcher;
  }

  async #strike({ target, replica, kind, lastsMs }) {
    if (target === 'stations') return this.#losePower();
    if (target === 'nats' || target === 'postgres') return this.#strikePart(this.#platform.split.parts[target], kind, lastsMs);
    const processes = this.#platform.split.of(target);
    const struck = replica === 'all' ? processes : [processes[replica]];
    return Promise.all(struck.map((process) => this.#inTurn(process, () => this.#strikeService(process, kind, lastsMs))));
  }

  /** Without turns, a process that is being started again could be started twice, and one of the two would never be stopped. */
  async #inTurn(process, work) {
    const turn = (this.#turns.get(process) ?? Promise.resolve()).then(work);
    this.#turns.set(process, turn);
    await turn;
    if (this.#turns.get(process) === turn) this.#turns.delete(process);
  }

  async #strikeService(process, kind, lastsMs) {
    if (kind === 'freeze') {
      await process.kill('SIGSTOP');
      await pause(lastsMs);
      return process.kill('SIGCONT');
    }
    if (kind === 'kill') await process.kill('SIGKILL');
    else await process.stop();
    await pause(lastsMs);
    return this.#start(process);
  }

  #start(process) {
    return this.#platform.stopping ? undefined : process.spawn();
  }

  async #strikePart(part, kind, lastsMs) {
    if (kind === 'freeze') {
      await part.kill('SIGSTOP');
      await pause(lastsMs);
      return part.kill('SIGCONT');
    }
    if (kind !== 'restart') await part.kill('SIGKILL');
    if (kind === 'empty-store')
      for (const entry of readdirSync(part.storeDir)) rmSync(join(part.storeDir, entry), { recursive: true, force: true });
    await pause(lastsMs);
    return this.#platform.stopping ? undefined : part.restart();
  }

  #losePower() {
    const { stations } = this.#simulation;
    const step = Math.round(1 / SHARE_WITHOUT_POWER);
    for (let i = 0; i < stations.length; i += step) stations[i].losePower();
  }

  async #watch() {
    while (this.#watching && !this.#platform.stopping) {
      for (const process of this.#platform.split.processes) {
        if (process.alive || this.#turns.has(process)) continue;
        const last = lastLine(process.logFile);
        this.endings.push(last);
        this.#say(`        ${process.service}-${process.replica} ended by itself: ${last}; started again`);
        await this.#inTurn(process, () => this.#start(process));
      }
      await pause(WATCH_EVERY_MS);
    }
  }
}

function lastLine(file) {
  return readFileSync(file, 'utf8').trimEnd().split('\n').at(-1).slice(0, 300);
}
