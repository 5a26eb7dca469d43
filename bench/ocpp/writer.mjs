// `npm run bench:ocpp -- writer`: the writer of meter values alone, next to one row a commit on sixteen connections.
import { createHash, randomUUID } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { systemTimers } from '@ampline/kernel-time';
import { Database } from '@ampline/platform-postgres';
import { derivedPassword } from '@ampline/platform-runner';
import pg from 'pg';
import { PLAIN } from '../../apps/ocpp-csms/dist/intake/station-manners.js';
import { GroupCommit } from '../../apps/ocpp-csms/dist/metering/group-commit.js';
import { meterValueRows, writeMeterValues, writeNewMeterValues } from '../../apps/ocpp-csms/dist/metering/meter-value-rows.js';
import { whereAndWhen } from '../support/document.mjs';
import { BenchPlatform } from '../support/platform.mjs';
import { median, quantile } from '../support/statistics.mjs';
import { table } from '../support/table.mjs';

export const TITLE = 'The writer of meter values';
export const OPTIONS = { rounds: 3, messages: 100_000 };

const CONNECTIONS = 16;
const BATCH = { batchSize: 1_000, delayMs: 4, inFlight: 2 };
/** Stations that wait for their commit at once: as many as two commits take, and two more behind them. */
const WRITERS = 4_000;
/** Rows of single inserts a round, of the messages of the writer: both take about as long. */
const SINGLE_SHARE = 0.1;
const GOALS = { ratio: 10, p99Ms: 100 };

const INSERT_ONE = `
  INSERT INTO csms.meter_value (received_at, message_uuid, ordinal, tenant_id, station_id, connector_number, taken_at, taken_raw, register_wh, samples)
  VALUES (now(), $1, 0, $2, $3, 1, now(), $4, $5, $6)`;

/** @param {{ rounds: number, messages: number }} o */
export async function run({ rounds, messages }) {
  const platform = await BenchPlatform.start();
  const cleanUp = [() => platform.stop()];
  try {
    const url = platform.split.parts.env.AMPLINE_DATABASE_ADMIN_URL;
    const password = (role) => derivedPassword(platform.split.secret, `postgres:csms_${role}`);
    const pool = { app: 1, worker: BATCH.inFlight };
    const database = new Database(
      { url, schema: 'csms', pool, password: { app: password('app'), worker: password('worker') } },
      platform.telemetry,
    );
    cleanUp.unshift(() => database.close());
    const clients = await Promise.all(
      Array.from({ length: CONNECTIONS }, async () => {
        const client = new pg.Client({ connectionString: url });
        await client.connect();
        return client;
      }),
    );
    cleanUp.unshift(() => Promise.all(clients.map((client) => client.end())));
    const results = { single: [], writer: [], rowsAlone: [] };
    for (let round = 1; round <= rounds; round++) {
      console.error(`· round ${round} of ${rounds}`);
      // Made beforehand: what is measured is writing, and not what reads frames.
      const singles = made(messages * SINGLE_SHARE);
      results.single.push(await many(clients.length, singles, (message, i) => insertOne(clients[i], message)));
      for (const name of Object.keys(WRITES)) results[name].push(await measureGroup(database, WRITES[name], messages));
    }
    return report({ rounds, messages, results });
  } finally {
    for (const step of cleanUp) await step();
  }
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc');
const TENANT = randomUUID();
/** Registers rise, so that no message is like another. */
const registers = { last: 0 };

/** What making them leaves behind is collected before anything is measured. */
function made(count) {
  const all = Array.from({ length: count }, messageOf);
  collectGarbage();
  return all;
}

function insertOne(client, { message, rows: [row] }) {
  return client.query({
    name: 'one',
    text: INSERT_ONE,
    values: [message.call.callId, TENANT, message.call.stationId, row.takenRaw, row.registerWh.toString(), row.samples],
  });
}

const samples = (registerWh) => [{ value: String(registerWh), measurand: 'Energy.Active.Import.Register', unit: 'Wh' }];

function messageOf() {
  const register = (registers.last += 1);
  const call = { callId: randomUUID(), receivedAt: new Date(), tenantId: TENANT, stationId: randomUUID() };
  const readings = [{ timestamp: new Date().toISOString(), sampledValue: samples(register) }];
  const rows = meterValueRows({ call, connectorNumber: 1, session: null, readings, manners: PLAIN });
  return { message: { call, fingerprint: createHash('sha256').update(String(register)).digest() }, rows };
}

/** As csms has them: written, committed; then whoever added a message is answered. */
const WRITES = {
  /** Told apart from what is a repetition. */
  writer: (tx, items) =>
    writeNewMeterValues(
      tx,
      items.map(({ message }) => message),
      items.flatMap(({ rows }) => rows),
    ),
  /** As much as the single inserts do: of transaction data, which come with a message that is told apart. */
  rowsAlone: (tx, items) =>
    writeMeterValues(
      tx,
      items.flatMap(({ rows }) => rows),
    ),
};

async function measureGroup(database, write, messages) {
  const commit = (items) => database.asWorker((tx) => write(tx, items));
  const group = new GroupCommit({ ...BATCH, commit, timers: systemTimers });
  const result = await many(WRITERS, made(messages), (message) => group.add(message));
  await group.drain();
  return result;
}

/** All messages, so many at once. */
async function many(count, messages, work) {
  const latenciesMs = [];
  const waiting = messages[Symbol.iterator]();
  const begun = performance.now();
  await Promise.all(
    Array.from({ length: count }, async (_, i) => {
      for (const message of waiting) {
        const at = performance.now();
        await work(message, i);
        latenciesMs.push(performance.now() - at);
      }
    }),
  );
  return {
    perSecond: (latenciesMs.length / (performance.now() - begun)) * 1_000,
    p50: quantile(latenciesMs, 0.5),
    p99: quantile(latenciesMs, 0.99),
  };
}

function report({ rounds, messages, results }) {
  const of = (name, pick) => median(results[name].map(pick));
  const row = (label, name) => [
    label,
    of(name, ({ perSecond }) => perSecond).toFixed(0),
    of(name, ({ p50 }) => p50).toFixed(1),
    of(name, ({ p99 }) => p99).toFixed(1),
  ];
  const ratioOf = (name) => of(name, ({ perSecond }) => perSecond) / of('single', ({ perSecond }) => perSecond);
  const ratio = ratioOf('writer');
  const p99 = of('writer', (result) => result.p99);
  const met = ratio >= GOALS.ratio && p99 <= GOALS.p99Ms;
  const text = [
    `${whereAndWhen()} ${rounds} rounds of ${messages} messages, in turn, made before they are written; \`fsync\` on. The writer looks up what it has stored before and takes ${BATCH.batchSize} messages a commit, ${BATCH.inFlight} commits at once, of ${WRITERS} stations that wait; the others are plain inserts of one row, each its own commit.`,
    table(
      ['', 'rows/s', 'p50 ms', 'p99 ms'],
      [
        row(`one row a commit, ${CONNECTIONS} connections`, 'single'),
        row('the writer', 'writer'),
        row('the writer without the look-up of repetitions', 'rowsAlone'),
      ],
    ),
    `Target: at least ${GOALS.ratio} times the rows, p99 at most ${GOALS.p99Ms} ms: ${ratio.toFixed(1)} times, ${p99.toFixed(0)} ms: ${met ? 'met' : 'missed'}. The same rows without the look-up, which is a second row and index entry for each message: ${ratioOf('rowsAlone').toFixed(1)} times.`,
  ].join('\n\n');
  return { text, met };
}
