// `npm run bench:ocpp -- path`: what it costs to answer a station only once the fact is durable.
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { cpuBetween, cpuTimes } from '../support/cpu.mjs';
import { whereAndWhen } from '../support/document.mjs';
import { BenchPlatform, PASSWORD, TENANT, tokenOf } from '../support/platform.mjs';
import { median, quantile } from '../support/statistics.mjs';
import { table } from '../support/table.mjs';
import { LoadStation, pace, saturate } from './load.mjs';
import { RawCommit } from './raw-commit.mjs';
import { forkBeside } from '../support/fork-beside.mjs';

export const TITLE = 'The station path';
export const OPTIONS = { stations: 200, rounds: 3 };

const WARM_UP_MS = 4_000;
const ROUND_MS = { saturated: 6_000, compared: 3_000, paced: 10_000 };
const PACED_PER_SECOND = 1_000;
/** Batches of meter values that csms commits at once (its default). */
const BATCHES_IN_FLIGHT = 2;
const PATH = ['gateway', 'csms', 'postgres', 'nats'];
/** Programs whose work is done by one thread, nearly all of it. */
const ONE_THREAD = ['gateway', 'csms', 'load'];
/** Share of a core above which it counts as used up. */
const USED_UP = 0.9;
/** Cores that other programs may use before the report says so. */
const QUIET_CORES = 0.15;

const SAMPLES = (registerWh) => [
  { value: String(registerWh), context: 'Sample.Periodic', measurand: 'Energy.Active.Import.Register', unit: 'Wh' },
  { value: '10873', context: 'Sample.Periodic', measurand: 'Power.Active.Import', unit: 'W' },
  { value: '15.8', context: 'Sample.Periodic', measurand: 'Current.Import', phase: 'L1', unit: 'A' },
  { value: '57', context: 'Sample.Periodic', measurand: 'SoC', location: 'EV', unit: 'Percent' },
];

/** @param {{ stations: number, rounds: number }} o */
export async function run({ stations: count, rounds }) {
  const platform = await BenchPlatform.start({ env: { OCPP_CSMS_CALLS_PER_MINUTE: '100000' } });
  const cleanUp = [() => platform.stop()];
  try {
    const { identities } = await platform.furnish({ stations: count, evses: 1 });
    const stations = await Promise.all(
      identities.map((identity) => LoadStation.connect(`${platform.ocppUrls[0]}/${TENANT}/${identity}`, `${identity}:${PASSWORD}`)),
    );
    cleanUp.unshift(() => stations.forEach((station) => station.close()));
    const echo = await startEcho(count);
    cleanUp.unshift(() => echo.stop());
    const raw = await RawCommit.open(platform.split.parts.env.AMPLINE_DATABASE_ADMIN_URL, BATCHES_IN_FLIGHT);
    cleanUp.unshift(() => raw.close());
    const bench = new Bench({ platform, stations, tokens: identities.map(tokenOf), echo, raw });
    await bench.warmUp();
    for (let round = 1; round <= rounds; round++) {
      console.error(`· round ${round} of ${rounds}`);
      await bench.round();
    }
    return { text: bench.report(count, rounds), met: true };
  } finally {
    for (const step of cleanUp) await step();
  }
}

async function startEcho(count) {
  const server = forkBeside(new URL('./echo-server.mjs', import.meta.url));
  const [port] = await once(server, 'message');
  const stations = await Promise.all(Array.from({ length: count }, () => LoadStation.connect(`ws://127.0.0.1:${port}`)));
  return {
    pid: server.pid,
    stations,
    stop: () => {
      stations.forEach((station) => station.close());
      server.disconnect();
    },
  };
}

/** Measures everything in turn, so that what else the machine does falls on all alike. */
class Bench {
  #tokens;
  #transactionIds = [];
  #registers = [];
  #charging = [];
  #results = new Map();

  constructor({ platform, stations, tokens, echo, raw }) {
    this.#tokens = tokens;
    this.platform = platform;
    this.stations = stations;
    this.echo = echo;
    this.raw = raw;
    const pids = (service) => platform.split.of(service).map(({ pid }) => ({ pid }));
    const { postgres, nats } = platform.split.parts;
    this.groups = {
      gateway: pids('ocpp-gateway'),
      csms: pids('ocpp-csms'),
      postgres: [{ pid: postgres.pid, family: true }],
      nats: [{ pid: nats.pid }],
      projections: [...pids('accounts'), ...pids('session-export')],
      load: [{ pid: process.pid }],
      echo: [{ pid: echo.pid }],
    };
  }

  async warmUp() {
    await this.#beginAll();
    await saturate(this.stations, (i) => this.#meterValues(i), WARM_UP_MS);
    await saturate(this.echo.stations, (i) => this.#meterValues(i), WARM_UP_MS / 4);
    await this.#endAll();
    await saturate(this.stations, (i) => this.#startOrStop(i), WARM_UP_MS);
    await this.#endAll();
  }

  async round() {
    await this.#measure('echo', () => saturate(this.echo.stations, (i) => this.#meterValues(i), ROUND_MS.compared));
    await this.#beginAll();
    const since = new Date();
    await this.#measure('MeterValues', () => saturate(this.stations, (i) => this.#meterValues(i), ROUND_MS.saturated));
    const batch = await this.#batchSize(since);
    await this.#measure('paced', () => pace(this.stations, (i) => this.#meterValues(i), PACED_PER_SECOND, ROUND_MS.paced));
    await this.#endAll();
    const { payload } = this.#meterValues(0);
    const frame = `[2,"b1","MeterValues",${payload}]`;
    const samples = JSON.stringify(SAMPLES(1));
    await this.#measure('raw', () => this.raw.run({ batch, frame, samples, lastsMs: ROUND_MS.compared }), { batch });
    await this.#measure('Start/Stop', () => saturate(this.stations, (i) => this.#startOrStop(i), ROUND_MS.saturated));
    await this.#endAll();
  }

  async #measure(name, work, more = {}) {
    const before = cpuTimes(this.groups);
    const { latenciesMs = [], wallMs, messages = latenciesMs.length } = await work();
    const cpu = cpuBetween(before, cpuTimes(this.groups));
    const result = {
      perSecond: (messages / wallMs) * 1_000,
      p50: quantile(latenciesMs, 0.5),
      p99: quantile(latenciesMs, 0.99),
      microseconds: Object.fromEntries(Object.entries(cpu.groups).map(([group, ms]) => [group, (ms * 1_000) / messages])),
      cores: Object.fromEntries(Object.entries(cpu.groups).map(([group, ms]) => [group, ms / cpu.wallMs])),
      machineCores: cpu.machineCores,
      ...more,
    };
    this.#results.set(name, [...(this.#results.get(name) ?? []), result]);
  }

  /** Messages per commit, as the database saw them. */
  async #batchSize(since) {
    const [row] = await this.platform.sql(
      `SELECT count(*)::float8 / greatest(1, count(DISTINCT xmin::text)) AS size FROM csms.ocpp_message WHERE received_at >= $1 AND action = 'MeterValues'`,
      [since],
    );
    return Math.max(1, Math.round(row.size));
  }

  #meterValues(i) {
    this.#registers[i] = (this.#registers[i] ?? 1_000) + 1;
    const meterValue = [{ timestamp: new Date().toISOString(), sampledValue: SAMPLES(this.#registers[i]) }];
    const transactionId = this.#transactionIds[i];
    return { action: 'MeterValues', payload: JSON.stringify({ connectorId: 1, transactionId, meterValue }) };
  }

  #startOrStop(i) {
    if (this.#charging[i]) {
      this.#charging[i] = false;
      this.#registers[i] += 1;
      const stop = { transactionId: this.#transactionIds[i], meterStop: this.#registers[i], timestamp: new Date().toISOString() };
      return { action: 'StopTransaction', payload: JSON.stringify(stop) };
    }
    this.#charging[i] = true;
    this.#registers[i] ??= 1_000;
    const start = { connectorId: 1, idTag: this.#tokens[i], meterStart: this.#registers[i], timestamp: new Date().toISOString() };
    const answered = (frame) => (this.#transactionIds[i] = JSON.parse(frame)[2].transactionId);
    return { action: 'StartTransaction', payload: JSON.stringify(start), answered };
  }

  #beginAll() {
    return this.#each((i) => !this.#charging[i]);
  }

  #endAll() {
    return this.#each((i) => this.#charging[i]);
  }

  /** One StartTransaction or StopTransaction at the stations that need it. */
  async #each(needs) {
    await Promise.all(
      this.stations.map(
        (station, i) =>
          new Promise((resolve) => {
            if (!needs(i)) return resolve();
            const { action, payload, answered } = this.#startOrStop(i);
            station.send(action, payload, (frame) => {
              answered?.(frame);
              resolve();
            });
          }),
      ),
    );
  }

  report(count, rounds) {
    const of = (name, pick) => median(this.#results.get(name).map(pick));
    const rate = (name) => of(name, ({ perSecond }) => perSecond);
    const row = (label, name, groups) => [
      label,
      rate(name).toFixed(0),
      of(name, ({ p50 }) => p50).toFixed(1),
      of(name, ({ p99 }) => p99).toFixed(1),
      ...['gateway', 'csms', 'postgres', 'nats', 'echo'].map((group) =>
        groups.includes(group) ? of(name, ({ microseconds }) => microseconds[group]).toFixed(0) : '–',
      ),
      groups.length === 0 ? '–' : of(name, ({ microseconds }) => groups.reduce((sum, group) => sum + microseconds[group], 0)).toFixed(0),
      of(name, ({ machineCores }) => machineCores).toFixed(2),
    ];
    const batch = of('raw', (result) => result.batch);
    const main = table(
      ['', 'calls/s', 'p50 ms', 'p99 ms', 'gateway µs', 'csms µs', 'PostgreSQL µs', 'NATS µs', 'echo µs', 'CPU per call µs', 'cores busy'],
      [
        row('MeterValues, saturated', 'MeterValues', PATH),
        row(`MeterValues, ${PACED_PER_SECOND} per second`, 'paced', PATH),
        row('Start/StopTransaction, saturated', 'Start/Stop', PATH),
        row('bare WebSocket echo, the same frame', 'echo', ['echo']),
        [
          `raw group commit, ${batch} messages`,
          rate('raw').toFixed(0),
          '–',
          '–',
          '–',
          '–',
          of('raw', (r) => r.microseconds.postgres).toFixed(0),
          '–',
          '–',
          '–',
          of('raw', (r) => r.machineCores).toFixed(2),
        ],
      ],
    );
    const ratio = (a, b) => (rate(a) / rate(b)).toFixed(3);
    return [
      `${whereAndWhen()} ${count} stations, each with one call on its socket at a time; one gateway, one csms; the load runs on the same machine. Medians of ${rounds} rounds in which everything was measured in turn. A call counts when its answer has arrived, which is after its commit (\`fsync\` on).`,
      main,
      `MeterValues run at ${ratio('MeterValues', 'echo')} of the bare echo and at ${ratio('MeterValues', 'raw')} of the raw group commit of the same batch size; Start/StopTransaction at ${ratio('Start/Stop', 'MeterValues')} of MeterValues.`,
      `Limiting resource of MeterValues: ${this.#limit('MeterValues')}. Of Start/StopTransaction: ${this.#limit('Start/Stop')}.`,
      this.#verdict(
        rate('MeterValues'),
        of('paced', ({ p99 }) => p99),
      ),
    ].join('\n\n');
  }

  #verdict(perSecond, p99) {
    const others = this.#disturbance();
    const targets = `3,000 durable MeterValues calls/s, and p99 below 50 ms at ${PACED_PER_SECOND}/s`;
    if (others > QUIET_CORES) {
      return `Other programs used ${others.toFixed(1)} cores meanwhile: the figures are too low, and the targets (${targets}) cannot be judged by them.`;
    }
    const met = (reached) => (reached ? 'met' : 'missed');
    return `Targets: ${targets}: ${met(perSecond >= 3_000)}, ${met(p99 < 50)}.`;
  }

  /** Which resource was used up, by the medians of the rounds. */
  #limit(name) {
    const used = this.#coresOf(name);
    const [[busiest, busy]] = Object.entries(used).sort(([, a], [, b]) => b - a);
    const ours = Object.values(used).reduce((a, b) => a + b);
    const all = Object.entries(used).map(([group, cores]) => `${group} ${cores.toFixed(2)}`);
    const cores = `cores used: ${all.join(', ')}; other programs ${Math.max(0, this.#busyCores(name) - ours).toFixed(2)}`;
    if (ONE_THREAD.includes(busiest) && busy > USED_UP) return `the one thread of ${busiest} (${cores})`;
    if (this.#busyCores(name) > USED_UP * availableParallelism()) return `CPU of the whole machine (${cores})`;
    return `neither CPU nor one thread, but waiting for commits and for the next batch (${cores})`;
  }

  #coresOf(name) {
    const results = this.#results.get(name);
    return Object.fromEntries([...PATH, 'projections', 'load'].map((group) => [group, median(results.map(({ cores }) => cores[group]))]));
  }

  #busyCores(name) {
    return median(this.#results.get(name).map(({ machineCores }) => machineCores));
  }

  /** Cores that other programs used while everything was measured: what is more than a little makes all figures too low. */
  #disturbance() {
    const shares = [...this.#results.values()]
      .flat()
      .map(({ cores, machineCores }) => machineCores - Object.values(cores).reduce((a, b) => a + b));
    return Math.max(0, median(shares));
  }
}
