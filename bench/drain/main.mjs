// `npm run bench:drain [-- --stations 2000 | --short | --seed S | --write]`: one of two gateways is told to go while stations charge and people send
// commands. Exit code 1 when anything is lost, a station is not back in time, or a command is not carried out.
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { CommandOutcome, CommandService } from '@ampline/contracts';
import { startSimulation } from '@ampline/station-simulator';
import { eventually } from '@ampline/platform-testing';
import { compareMessages, compareReadings, compareSessions, compareTransactions, isClean } from '../durability/comparison.mjs';
import { messageRows, readingRows, sessionRows, transactionRows } from '../durability/records.mjs';
import { whereAndWhen, writeSection } from '../support/document.mjs';
import { BenchPlatform, ID_TOKEN, PASSWORD, TENANT } from '../support/platform.mjs';
import { quantile } from '../support/statistics.mjs';
import { table } from '../support/table.mjs';

const HELP = `Usage: npm run bench:drain -- [options]

  --stations N   default 2000
  --short        200 stations (for CI)
  --seed S       the same seed, the same cars; default 1
  --write        write the result into docs/benchmarks.md
  --help         this text
`;

const SHORT = 200;
const PER_SECOND = 100;
/** Beyond the time that closing all of them at the rate takes: what a station waits before it comes back, and its turn. */
const BACK_WITHIN_MS = 20_000;
const COMMANDS_PER_SECOND = 10;
/** Of a few hundred stations; more of them charge for longer, so that it is the drain that is measured and not the load. */
const CHARGING = { firstIdleS: [0, 20], idleS: [5, 60], chargingS: [10, 60], parkedS: [0, 1] };
const FEW = 400;
const SAMPLE_INTERVAL_S = 30;
const CONNECTION = { reconnectMinMs: 200, reconnectMaxMs: 3_000 };
const PATIENCE = { timeoutMs: 180_000, everyMs: 250 };

async function main() {
  const { values } = parseArgs({
    options: {
      stations: { type: 'string' },
      short: { type: 'boolean' },
      seed: { type: 'string' },
      write: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return void process.stdout.write(HELP);
  const count = Number(values.stations ?? (values.short ? SHORT : 2_000));
  const { text, met } = await run(count, Number(values.seed ?? 1));
  console.log(`\n${text}`);
  if (values.write) writeSection('drain', 'A gateway is drained', text);
  process.exitCode = met ? 0 : 1;
}

async function run(count, seed) {
  const platform = await BenchPlatform.start({
    replicas: { 'ocpp-gateway': 2 },
    env: {
      OCPP_GATEWAY_DRAIN_PER_SECOND: String(PER_SECOND),
      OCPP_CSMS_METER_VALUE_SAMPLE_INTERVAL_S: String(SAMPLE_INTERVAL_S),
      OCPP_CSMS_SETTINGS_DELAY_MS: '600000',
    },
  });
  let simulation;
  try {
    const { tenantId, identities } = await platform.furnish({ stations: count });
    simulation = simulate(platform, identities, seed);
    await eventually(() => simulation.counts().online === count, PATIENCE);
    console.error(`· ${count} stations are online, and charge`);
    await pause(CHARGING.firstIdleS[1] * 1_000);
    const caller = await Caller.of(platform, tenantId);
    const [going, staying] = platform.split.of('ocpp-gateway');
    const held = await heldBy(platform, going);
    const commanding = caller.commandAll();
    const drained = await drain({ platform, simulation, going, count });
    caller.ends = true;
    const commands = await commanding;
    const after = await caller.commandOnce(Math.min(count, SHORT));
    console.error(`· drained; settling`);
    const settled = await simulation.settle(120_000);
    const result = await compare(platform, simulation, tenantId);
    const onStaying = await heldBy(platform, staying);
    const verdict = judge({ count, held, drained, commands, after, settled, result, onStaying });
    return {
      text: report({ count, held, drained, commands, after, simulation, result, onStaying, verdict }),
      met: verdict.every(({ met }) => met),
    };
  } finally {
    await simulation?.stop(0);
    await platform.stop();
  }
}

function simulate(platform, identities, seed) {
  const slower = Math.max(1, identities.length / FEW);
  const longer = (range) => range.map((seconds) => seconds * slower);
  return startSimulation({
    url: platform.ocppUrls,
    seed,
    idTokens: [ID_TOKEN],
    keep: 'complete',
    startsPerSecond: 50,
    stations: identities.map((identity) => ({
      tenant: TENANT,
      identity,
      password: PASSWORD,
      evses: [{}],
      profile: {
        charging: { ...CHARGING, idleS: longer(CHARGING.idleS), chargingS: longer(CHARGING.chargingS) },
        connection: CONNECTION,
        bootsOnReconnect: false,
        configuration: { MeterValueSampleInterval: String(SAMPLE_INTERVAL_S) },
      },
    })),
  });
}

/** Tells the gateway to go, and waits until every station is online and none of them there. */
async function drain({ platform, simulation, going, count }) {
  const begun = performance.now();
  let leastOnline = count;
  const stopped = going.stop().then((code) => ({ code, ms: performance.now() - begun }));
  const watch = setInterval(() => (leastOnline = Math.min(leastOnline, simulation.counts().online)), 100);
  const { code, ms: goneMs } = await stopped;
  const back = async () => (await heldBy(platform, going)) === 0 && simulation.counts().online === count;
  await eventually(back, { timeoutMs: 120_000, everyMs: 100 });
  clearInterval(watch);
  return { code, goneMs, backMs: performance.now() - begun, leastOnline };
}

/** Sends commands to stations, one after the other around all of them, as people would. */
class Caller {
  ends = false;

  constructor(commands, stations, as) {
    Object.assign(this, { commands, stations, as });
  }

  static async of(platform, tenantId) {
    const as = { tenantId };
    const rows = await platform.sql('SELECT station_id FROM csms.charging_station WHERE tenant_id = $1 ORDER BY identity', [tenantId]);
    const stations = rows.map((row) => row.station_id);
    return new Caller(platform.client(CommandService, 'ocpp-csms'), stations, as);
  }

  /** Until it ends. @returns outcomes, and how long the answered ones took */
  async commandAll() {
    const begun = performance.now();
    const under = [];
    for (let made = 0; !this.ends; made++) {
      under.push(this.#command(this.stations[(made * 37) % this.stations.length]));
      await pause(Math.max(0, begun + ((made + 1) * 1_000) / COMMANDS_PER_SECOND - performance.now()));
    }
    return Promise.all(under);
  }

  /** The first so many of them, once. */
  async commandOnce(most) {
    const outcomes = [];
    for (const stationId of this.stations.slice(0, most)) outcomes.push(await this.#command(stationId));
    return outcomes;
  }

  async #command(stationId) {
    const begun = performance.now();
    const payloadJson = JSON.stringify({ key: ['HeartbeatInterval'] });
    const { command } = await this.commands.sendCommand({ stationId, action: 'GetConfiguration', payloadJson, timeoutMs: 20_000 }, this.as);
    return { outcome: CommandOutcome[command.outcome], ms: performance.now() - begun };
  }
}

async function heldBy(platform, gateway) {
  const id = gateway.env.OCPP_GATEWAY_GATEWAY_ID;
  const [row] = await platform.sql('SELECT count(*)::int AS held FROM csms.charging_station WHERE online AND gateway_id = $1', [id]);
  return row.held;
}

async function compare(platform, simulation, tenantId) {
  const ledger = simulation.ledger();
  let readModel;
  await eventually(async () => isClean((readModel = compareSessions(ledger, await sessionRows(platform.sessions, tenantId)))), {
    timeoutMs: 60_000,
    everyMs: 500,
  }).catch(() => undefined);
  return {
    sessions: compareTransactions(ledger, await transactionRows(platform)),
    'sessions in the read model': readModel,
    'acknowledged messages': compareMessages(ledger, await messageRows(platform)),
    'meter readings': compareReadings(ledger, await readingRows(platform)),
  };
}

const counted = (outcomes) => {
  const counts = {};
  for (const { outcome } of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
};

/** A station between two sockets is offline, and said to be, and what was not sent is said not to have been: that is the truth. */
function judge({ count, held, drained, commands, after, settled, result, onStaying }) {
  const [during, later] = [counted(commands), counted(after)];
  const unanswered = commands.length - (during.ANSWERED ?? 0) - (during.STATION_OFFLINE ?? 0) - (during.NOT_SENT ?? 0);
  const paced = (held / PER_SECOND) * 1_000;
  return [
    { goal: 'no acknowledged message lost, doubled or wrong', met: settled && Object.values(result).every(isClean) },
    {
      goal: `all back within ${((paced + BACK_WITHIN_MS) / 1_000).toFixed(0)} s`,
      met: drained.backMs <= paced + BACK_WITHIN_MS && onStaying === count,
    },
    { goal: 'the gateway ended by itself', met: drained.code === 0 },
    {
      goal: 'every command is answered by its station, or known not to have reached it',
      met: unanswered === 0 && later.ANSWERED === after.length,
    },
  ];
}

function report({ count, held, drained, commands, after, simulation, result, onStaying, verdict }) {
  const listed = (counts) =>
    Object.entries(counts)
      .map(([outcome, n]) => `${n} ${outcome.toLowerCase()}`)
      .join(', ');
  const { transactions, acknowledged } = simulation.counts();
  const answered = commands.filter(({ outcome }) => outcome === 'ANSWERED').map(({ ms }) => ms);
  const differences = Object.entries(result).flatMap(([what, kinds]) =>
    Object.entries(kinds).map(([kind, lines]) => [what, kind, lines.length]),
  );
  return [
    `${whereAndWhen()} ${count} stations on two gateways, all of them charging now and then; the gateway with ${held} of them was told to go, ${PER_SECOND} sockets a second.`,
    `It was gone after ${(drained.goneMs / 1_000).toFixed(1)} s; ${onStaying} of ${count} stations were on the other after ${(drained.backMs / 1_000).toFixed(1)} s, and never fewer than ${drained.leastOnline} online. ${COMMANDS_PER_SECOND} commands a second meanwhile: ${listed(counted(commands))} (a station between two sockets is offline), p50 ${quantile(answered, 0.5).toFixed(0)} ms, p99 ${quantile(answered, 0.99).toFixed(0)} ms; afterwards: ${listed(counted(after))}. ${transactions} sessions, ${acknowledged} messages acknowledged.`,
    table(['compared with the platform', 'difference', 'count'], differences),
    verdict.map(({ goal, met }) => `Target: ${goal}: ${met ? 'met' : 'missed'}.`).join(' '),
  ].join('\n\n');
}

await main();
