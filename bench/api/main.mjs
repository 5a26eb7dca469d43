// `npm run bench:api [-- --write | --stations N | --rounds N]`: what the console's lists cost on a large tenant.
import { parseArgs } from 'node:util';
import { PeopleService, StationService } from '@ampline/contracts';
import { cpuBetween, cpuTimes } from '../support/cpu.mjs';
import { whereAndWhen, writeSection } from '../support/document.mjs';
import { BenchPlatform, PASSWORD, TENANT, tokenOf } from '../support/platform.mjs';
import { median, quantile } from '../support/statistics.mjs';
import { table } from '../support/table.mjs';
import { LoadStation } from '../ocpp/load.mjs';
import { ask, consoleQueries, repeat } from './requests.mjs';

const HELP = `Usage: npm run bench:api -- [options]

  --stations N   stations of the tenant, two EVSEs each; default 5000
  --rounds N     how often everything is measured, in turn; default 3
  --write        write the result into docs/benchmarks.md
  --help         this text
`;

/** Of these some charge while it is measured: the first ones by name, so that they stand on the first page. */
const CHARGING = 100;
const PER_ROUND = 60;
const WARM_UP = 20;
const AT_ONCE = [1, 8];
const TARGET_P99_MS = 200;
/** Cores that other programs may use before the report says so. */
const QUIET_CORES = 0.15;
/** Programs whose work is done by one thread, nearly all of it. */
const ONE_THREAD = ['api-gateway', 'ocpp-csms', 'session-export', 'load'];
const PASSWORD_OF_PERSON = 'ampline-bench-person';

/** With what the list of stations shows beside them. */
const WITH_SESSIONS = `query ($first: Int) { stations(first: $first) { nodes { id identity online site { id name } evses { id connectors { id status } }
  liveSessions { id energyWh powerW } } pageInfo { hasNextPage endCursor } } }`;

async function main() {
  const { values } = parseArgs({
    options: { stations: { type: 'string' }, rounds: { type: 'string' }, write: { type: 'boolean' }, help: { type: 'boolean' } },
  });
  if (values.help) return void process.stdout.write(HELP);
  const count = Number(values.stations ?? 5_000);
  const rounds = Number(values.rounds ?? 3);
  if (!(count > 0 && rounds > 0)) throw new Error('Options are numbers above zero; see --help.');
  const text = await run(count, rounds);
  console.log(`\n${text}`);
  if (values.write) writeSection('api', 'The API', text);
}

async function run(count, rounds) {
  const platform = await BenchPlatform.start({ env: { IDENTITY_DEMO_CLIENT: 'true' } });
  const cleanUp = [() => platform.stop()];
  try {
    console.error(`· ${count} stations`);
    const { tenantId, identities } = await platform.furnish({ stations: count, evses: 2 });
    const charging = await charge(platform, identities.slice(0, CHARGING));
    cleanUp.unshift(() => charging.forEach((station) => station.close()));
    const bench = new Bench({ platform, tenantId, login: await invited(platform, tenantId) });
    for (let round = 0; round <= rounds; round++) {
      console.error(round === 0 ? '· warming up' : `· round ${round} of ${rounds}`);
      await bench.round({ measured: round > 0 });
    }
    return bench.report(count, rounds);
  } finally {
    for (const step of cleanUp) await step();
  }
}

/** Stations with a session under way. */
async function charge(platform, identities) {
  return Promise.all(
    identities.map(async (identity) => {
      const station = await LoadStation.connect(`${platform.ocppUrls[0]}/${TENANT}/${identity}`, `${identity}:${PASSWORD}`);
      const at = { idTag: tokenOf(identity), timestamp: new Date().toISOString() };
      await station.call('StartTransaction', { ...at, connectorId: 1, meterStart: 0 });
      return station;
    }),
  );
}

/** An operator of the tenant; logs in, since a token lives shorter than the bench. */
async function invited(platform, tenantId) {
  const people = platform.client(PeopleService, 'accounts');
  const person = { email: 'operator@bench.example', name: 'Operator', roles: ['operator'], locale: 'en' };
  const { invitation } = await people.inviteUser(person, { tenantId });
  const { username } = await people.acceptInvitation({ secret: invitation.secret, name: person.name, password: PASSWORD_OF_PERSON });
  return async () => {
    const grant = { grant_type: 'password', client_id: 'ampline-cli', scope: 'openid', username, password: PASSWORD_OF_PERSON };
    const url = `${platform.split.issuer}/protocol/openid-connect/token`;
    const answer = await (await fetch(url, { method: 'POST', body: new URLSearchParams(grant) })).json();
    return { url: platform.split.publicUrl, token: answer.access_token };
  };
}

/** Measures everything in turn, so that what else the machine does falls on all alike. */
class Bench {
  #results = new Map();
  #api;

  constructor({ platform, tenantId, login }) {
    this.platform = platform;
    this.login = login;
    const pids = (service) => platform.split.of(service).map(({ pid }) => ({ pid }));
    this.groups = {
      ...Object.fromEntries(['api-gateway', 'ocpp-csms', 'session-export', 'accounts'].map((service) => [service, pids(service)])),
      postgres: [{ pid: platform.split.parts.postgres.pid, family: true }],
      load: [{ pid: process.pid }],
    };
    const stations = platform.client(StationService, 'ocpp-csms');
    const queries = consoleQueries();
    const overview = Object.keys(queries).filter((name) => /^Overview/.test(name));
    const query = (text, variables) => () => ask(this.#api, text, variables);
    const grpc = (limit) => async () => {
      const begun = performance.now();
      await stations.listStations({ page: { limit } }, { tenantId });
      return performance.now() - begun;
    };
    this.requests = {
      'nothing: `{ __typename }`': query('{ __typename }'),
      'gRPC ListStations alone, 50': grpc(50),
      'console: stations, 50': query(queries.Stations, { first: 50 }),
      'stations with live sessions, 50': query(WITH_SESSIONS, { first: 50 }),
      'gRPC ListStations alone, 500': grpc(500),
      'console: stations, 500': query(queries.Stations, { first: 500 }),
      'stations with live sessions, 500': query(WITH_SESSIONS, { first: 500 }),
      'console: sessions': query(queries.Sessions, { first: 50 }),
      [`console: overview, ${overview.length} queries`]: async () => {
        const begun = performance.now();
        await Promise.all(overview.map((name) => ask(this.#api, queries[name], ofToday())));
        return performance.now() - begun;
      },
    };
  }

  async round({ measured }) {
    this.#api = await this.login();
    for (const [name, request] of Object.entries(this.requests)) {
      for (const atOnce of AT_ONCE) {
        if (!measured) await repeat(WARM_UP, atOnce, request);
        else this.#keep(`${name} ${atOnce}`, await this.#measure(atOnce, request));
      }
    }
  }

  async #measure(atOnce, request) {
    const [calls, before] = [await this.#calls(), cpuTimes(this.groups)];
    const latenciesMs = await repeat(PER_ROUND, atOnce, request);
    const cpu = cpuBetween(before, cpuTimes(this.groups));
    return {
      latenciesMs,
      calls: ((await this.#calls()) - calls) / PER_ROUND,
      milliseconds: Object.fromEntries(Object.entries(cpu.groups).map(([group, ms]) => [group, ms / PER_ROUND])),
      cores: Object.fromEntries(Object.entries(cpu.groups).map(([group, ms]) => [group, ms / cpu.wallMs])),
      machineCores: cpu.machineCores,
    };
  }

  /** gRPC calls that csms, session-export and accounts have served. */
  async #calls() {
    const services = ['ocpp-csms', 'session-export', 'accounts'].flatMap((service) => this.platform.split.of(service));
    const texts = await Promise.all(services.map(async ({ opsUrl }) => (await fetch(`${opsUrl}/metrics`)).text()));
    return texts
      .flatMap((text) => [...text.matchAll(/^ampline_grpc_server_duration_ms_count\{[^}]*\} (\d+)/gm)])
      .reduce((sum, [, count]) => sum + Number(count), 0);
  }

  #keep(name, result) {
    this.#results.set(name, [...(this.#results.get(name) ?? []), result]);
  }

  report(count, rounds) {
    const of = (name, pick) => median(this.#results.get(name).map(pick));
    const times = (name, share) =>
      quantile(
        this.#results.get(name).flatMap(({ latenciesMs }) => latenciesMs),
        share,
      );
    const rows = Object.keys(this.requests).flatMap((request) =>
      AT_ONCE.map((atOnce) => {
        const name = `${request} ${atOnce}`;
        return [
          request,
          atOnce,
          ...[0.5, 0.95, 0.99].map((share) => times(name, share).toFixed(1)),
          of(name, ({ calls }) => calls).toFixed(1),
          ...['api-gateway', 'ocpp-csms', 'session-export', 'postgres'].map((group) =>
            of(name, ({ milliseconds }) => milliseconds[group]).toFixed(1),
          ),
        ];
      }),
    );
    const ratio = (a, b) => (times(`${a} 1`, 0.5) / times(`${b} 1`, 0.5)).toFixed(1);
    return [
      `${whereAndWhen()} A tenant with ${count} stations of two EVSEs each, ${CHARGING} of them charging; each service one process, the load on the same machine. ${rounds} rounds of ${PER_ROUND} requests each, everything in turn; over HTTP with a person's token.`,
      table(
        [
          '',
          'at once',
          'p50 ms',
          'p95 ms',
          'p99 ms',
          'gRPC calls',
          'gateway CPU ms',
          'csms CPU ms',
          'session-export CPU ms',
          'PostgreSQL CPU ms',
        ],
        rows,
      ),
      `Median against the gRPC call alone: 50 stations ${ratio('console: stations, 50', 'gRPC ListStations alone, 50')} times, 500 stations ${ratio('console: stations, 500', 'gRPC ListStations alone, 500')} times.`,
      `Limiting resource of the list of 500, eight at once: ${this.#limit('console: stations, 500 8')}.`,
      this.#verdict(times('console: stations, 50 1', 0.99), times('console: stations, 500 1', 0.99)),
    ].join('\n\n');
  }

  #verdict(first, most) {
    const others = this.#disturbance();
    const target = `p99 of the console's list of stations below ${TARGET_P99_MS} ms`;
    const met = first < TARGET_P99_MS && most < TARGET_P99_MS ? 'met' : 'missed';
    if (others > QUIET_CORES)
      return `Other programs used ${others.toFixed(1)} cores meanwhile, so that all times are too long. Target (${target}): ${met} all the same.`;
    return `Target: ${target}: ${met}.`;
  }

  #limit(name) {
    const results = this.#results.get(name);
    const used = Object.entries(results[0].cores).map(([group]) => [group, median(results.map(({ cores }) => cores[group]))]);
    const [busiest, busy] = used.toSorted(([, a], [, b]) => b - a)[0];
    const cores = used.map(([group, share]) => `${group} ${share.toFixed(2)}`).join(', ');
    return `${ONE_THREAD.includes(busiest) && busy > 0.8 ? `the one thread of ${busiest}` : `CPU, most of it ${busiest}`} (cores used: ${cores})`;
  }

  /** Cores that other programs used while everything was measured. */
  #disturbance() {
    const shares = [...this.#results.values()]
      .flat()
      .map(({ cores, machineCores }) => machineCores - Object.values(cores).reduce((a, b) => a + b));
    return Math.max(0, median(shares));
  }
}

/** Those that the console gives to its overview. */
function ofToday() {
  const from = new Date(Date.now() - 86_400_000).toISOString();
  return { midnight: from, from, timeZone: 'Europe/Berlin' };
}

await main();
