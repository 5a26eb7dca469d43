// `npm run bench:durability [-- --short | --minutes 10 | --seed S | --stations N | --write]`: stations charge while everything behind them is
// killed, frozen and restarted; then their ledger is compared with what the platform recorded. Exit code 1 when anything differs.
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startSimulation } from '@ampline/station-simulator';
import { whereAndWhen, writeSection } from '../support/document.mjs';
import { BenchPlatform, ID_TOKEN, PASSWORD, TENANT } from '../support/platform.mjs';
import { table } from '../support/table.mjs';
import { compareMessages, compareReadings, compareSessions, compareTransactions, isClean } from './comparison.mjs';
import { Disturber } from './disturber.mjs';
import { messageRows, readingRows, sessionRows, transactionRows } from './records.mjs';
import { describeEvent, makeSchedule, REPLICAS } from './schedule.mjs';

const HELP = `Usage: npm run bench:durability -- [options]

  --short        a minute of blows, short freezes, 50 stations (for CI)
  --minutes N    how long blows are dealt; default 10
  --seed S       the same seed, the same schedule and the same cars; default: a new one, printed
  --stations N   default 200; with more each charges less often
  --write        write the result into docs/benchmarks.md
  --help         this text
`;

const FORMS = {
  short: { lengthMs: 60_000, freezeMs: 4_000, downMs: [300, 3_000], stations: 50, settleMs: 60_000, catchUpMs: 30_000 },
  long: { lengthMs: 600_000, freezeMs: 20_000, downMs: [500, 15_000], stations: 200, settleMs: 600_000, catchUpMs: 300_000 },
};

/** Short sessions, so that many begin and end during every blow. Seconds. */
const CHARGING = { firstIdleS: [0, 5], idleS: [0.5, 6], chargingS: [2, 15], parkedS: [0, 1] };
/** As many stations as two cores serve at that pace; of more, each takes its time, so that queues are what blows have made. */
const FULL_PACE = 200;
const CONNECTION = { reconnectMinMs: 300, reconnectMaxMs: 4_000 };
/** Each station one of these, in turn. */
const FIRMWARE = [
  {},
  {},
  {},
  { outages: { everyS: [5, 40], forS: [1, 12] } },
  { quirks: { duplicateShare: 0.3, retryMessageId: 'new' } },
  { bootsOnReconnect: false },
  { quirks: { energyUnit: 'kWh', extraFields: true } },
  { outages: { everyS: [5, 40], forS: [1, 12] }, quirks: { duplicateShare: 0.2, retryMessageId: 'new' } },
];
const sampleIntervalS = (stations) => 2 * slowerBy(stations);
const EVSE_POWER_W = 150_000;
const MOST_LINES = 10;

const slowerBy = (stations) => Math.ceil(Math.max(1, stations / FULL_PACE));

function chargingOf(stations) {
  return Object.fromEntries(Object.entries(CHARGING).map(([what, range]) => [what, range.map((seconds) => seconds * slowerBy(stations))]));
}

async function main() {
  const { values } = parseArgs({
    options: {
      short: { type: 'boolean' },
      minutes: { type: 'string' },
      seed: { type: 'string' },
      stations: { type: 'string' },
      write: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return void process.stdout.write(HELP);
  const form = { ...(values.short ? FORMS.short : FORMS.long), write: values.write === true };
  if (values.minutes !== undefined) form.lengthMs = Number(values.minutes) * 60_000;
  if (values.stations !== undefined) form.stations = Number(values.stations);
  const seed = values.seed === undefined ? Date.now() % 1_000_000 : Number(values.seed);
  if (![form.lengthMs, form.stations, seed].every((n) => Number.isFinite(n) && n >= 0)) throw new Error('Options are numbers; see --help.');
  const clean = await run(form, seed);
  process.exitCode = clean ? 0 : 1;
}

async function run(form, seed) {
  const begun = performance.now();
  const say = (line) => console.log(`[${((performance.now() - begun) / 1_000).toFixed(1).padStart(6)} s] ${line}`);
  const schedule = makeSchedule({ seed, ...form });
  say(`seed ${seed}: ${form.stations} stations, ${schedule.length} blows in ${form.lengthMs / 1_000} s`);
  const platform = await BenchPlatform.start({
    replicas: REPLICAS,
    env: { OCPP_CSMS_METER_VALUE_SAMPLE_INTERVAL_S: String(sampleIntervalS(form.stations)), OCPP_CSMS_CALLS_PER_MINUTE: '6000' },
  });
  let simulation;
  let disturber;
  let clean = false;
  try {
    const { tenantId, identities } = await platform.furnish({ stations: form.stations });
    simulation = simulate(platform, identities, seed);
    await pause(chargingOf(form.stations).firstIdleS[1] * 1_000);
    say(`ready: ${progress(simulation)}`);
    disturber = new Disturber(platform, simulation, say);
    await disturber.run(schedule, describeEvent);
    await disturber.allReady();
    say(`everything is up again: ${progress(simulation)}`);
    const drained = await simulation.settle(form.settleMs);
    say(`${drained ? 'queues of the stations are empty' : 'SOME STATIONS STILL HAVE MESSAGES'}: ${progress(simulation)}`);
    const result = await compare(platform, simulation, tenantId, form.catchUpMs);
    console.log(`\n${schedule.map(describeEvent).join('\n')}\n`);
    const text = report({ result, schedule, form, seed, simulation, disturber, drained });
    console.log(text);
    for (const { what, kind, lines } of findingsOf(result)) {
      for (const line of lines.slice(0, MOST_LINES)) console.log(`  ${what}, ${kind}: ${line}`);
    }
    if (form.write) writeSection('durability', 'Durability', `${whereAndWhen()}\n\n${text}`);
    clean = drained && Object.values(result).every(isClean);
    return clean;
  } finally {
    await disturber?.end();
    await simulation?.stop(0);
    await platform.stop({ keepFolder: !clean });
    if (!clean) say(`logs and data of the platform are kept in ${platform.dir}`);
  }
}

function simulate(platform, identities, seed) {
  return startSimulation({
    url: platform.ocppUrls,
    seed,
    idTokens: [ID_TOKEN],
    keep: 'complete',
    stations: identities.map((identity, i) => ({
      tenant: TENANT,
      identity,
      password: PASSWORD,
      evses: [{ maxPowerW: EVSE_POWER_W }, { maxPowerW: EVSE_POWER_W }],
      profile: {
        ...FIRMWARE[i % FIRMWARE.length],
        charging: chargingOf(identities.length),
        connection: CONNECTION,
        configuration: { MeterValueSampleInterval: String(sampleIntervalS(identities.length)) },
      },
    })),
  });
}

function progress(simulation) {
  const { online, transactions, completed, acknowledged, waiting } = simulation.counts();
  return `${online} stations online, ${transactions} transactions (${completed} completed), ${acknowledged} messages answered, ${waiting} waiting`;
}

/** The read model hears of sessions a moment later: it is compared until it agrees, or its time is up. */
async function compare(platform, simulation, tenantId, catchUpMs) {
  const ledger = simulation.ledger();
  const sessions = platform.sessions;
  const deadline = performance.now() + catchUpMs;
  let readModel = compareSessions(ledger, await sessionRows(sessions, tenantId));
  while (!isClean(readModel) && performance.now() < deadline) {
    await pause(500);
    readModel = compareSessions(ledger, await sessionRows(sessions, tenantId));
  }
  return {
    sessions: compareTransactions(ledger, await transactionRows(platform)),
    'sessions in the read model': readModel,
    'acknowledged messages': compareMessages(ledger, await messageRows(platform)),
    'meter readings': compareReadings(ledger, await readingRows(platform)),
  };
}

/** @returns the tables, as Markdown */
function report({ result, schedule, form, seed, simulation, disturber, drained }) {
  const { transactions, completed, energyWh, acknowledged, dropped, waiting } = simulation.counts();
  const { messages } = simulation.ledger();
  const repeated = messages.filter(({ messageIds, duplicate }) => messageIds.length > 1 || duplicate).length;
  const known = table(
    ['what the stations know', 'count'],
    [
      ['sessions', transactions],
      ['sessions completed', completed],
      ['energy, Wh', energyWh],
      ['messages acknowledged', acknowledged],
      ['messages sent more than once', repeated],
      ['messages given up by firmware', dropped],
      ['messages still waiting', drained ? 0 : waiting],
    ],
  );
  const compared = table(
    ['compared with the platform', 'difference', 'count'],
    findingsOf(result).map(({ what, kind, lines }) => [what, kind, lines.length]),
  );
  return [
    `Seed ${seed}: ${schedule.length} blows in ${form.lengthMs / 1_000} s to a platform with ${form.stations} stations (two csms, two gateways, freezes of ${form.freezeMs / 1_000} s, JetStream emptied once); services that ended by themselves and were started again: ${disturber.endings.length}. The same seed and length deal the same blows.`,
    known,
    compared,
  ].join('\n\n');
}

function findingsOf(result) {
  return Object.entries(result).flatMap(([what, kinds]) => Object.entries(kinds).map(([kind, lines]) => ({ what, kind, lines })));
}

await main();
