// `npm run bench:ocpp -- replicas`: one gateway and two, each held to a share of a core: does a second one carry as much as the first?
import { once } from 'node:events';
import { cpuBetween, cpuTimes } from '../support/cpu.mjs';
import { whereAndWhen } from '../support/document.mjs';
import { BenchPlatform, PASSWORD, TENANT } from '../support/platform.mjs';
import { median, quantile } from '../support/statistics.mjs';
import { table } from '../support/table.mjs';
import { saturate } from './load.mjs';
import { ThinStation } from '../support/thin-station.mjs';
import { forkBeside } from '../support/fork-beside.mjs';

export const TITLE = 'A second gateway';
export const OPTIONS = { stations: 200, rounds: 3, seconds: 8 };

const SHARE = 0.3;
const GOAL = 1.7;

/** Rises, so that no message is like another. */
const registers = { last: 0 };
/**
 * Heartbeats cost the back end least: what is measured is gateways. Meter values wait for their commit as well, and show what comes
 * next.
 */
const KINDS = {
  Heartbeat: () => ({ action: 'Heartbeat', payload: '{}' }),
  MeterValues() {
    registers.last += 1;
    const sampledValue = [{ value: String(registers.last), measurand: 'Energy.Active.Import.Register', unit: 'Wh' }];
    const meterValue = [{ timestamp: new Date().toISOString(), sampledValue }];
    return { action: 'MeterValues', payload: JSON.stringify({ connectorId: 1, meterValue }) };
  },
};
const JUDGED = 'Heartbeat';

/** @param {{ stations: number, rounds: number, seconds: number }} o */
export async function run({ stations: count, rounds, seconds }) {
  const platform = await BenchPlatform.start({
    replicas: { 'ocpp-gateway': 2 },
    env: { OCPP_CSMS_CALLS_PER_MINUTE: '100000', OCPP_CSMS_SETTINGS_DELAY_MS: '600000' },
  });
  const cleanUp = [() => platform.stop()];
  try {
    const { identities } = await platform.furnish({ stations: count, evses: 1 });
    for (const { pid } of platform.split.of('ocpp-gateway')) {
      const governor = forkBeside(new URL('../support/cpu-governor.mjs', import.meta.url), [String(pid), String(SHARE)]);
      await once(governor, 'message');
      cleanUp.unshift(() => governor.disconnect());
    }
    const results = Object.fromEntries(Object.keys(KINDS).map((kind) => [kind, { one: [], two: [] }]));
    for (let round = 1; round <= rounds; round++) {
      console.error(`· round ${round} of ${rounds}`);
      for (const kind of Object.keys(KINDS)) {
        results[kind].one.push(await measure(platform.ocppUrls.slice(0, 1), identities, KINDS[kind], seconds));
        results[kind].two.push(await measure(platform.ocppUrls, identities, KINDS[kind], seconds));
      }
    }
    return report({ count, rounds, seconds, results });
  } finally {
    for (const step of cleanUp) await step();
  }
}

/** Calls of all stations, each again as soon as it is answered. */
async function measure(urls, identities, next, seconds) {
  const doors = urls.map((url) => new URL(url));
  const stations = await Promise.all(
    identities.map((identity, i) => {
      const { hostname: host, port } = doors[i % doors.length];
      return ThinStation.connect({ host, port: Number(port), path: `/ocpp/${TENANT}/${identity}`, basic: `${identity}:${PASSWORD}` });
    }),
  );
  await saturate(stations, next, 2_000);
  const before = cpuTimes({});
  const { latenciesMs, wallMs } = await saturate(stations, next, seconds * 1_000);
  const { machineCores } = cpuBetween(before, cpuTimes({}));
  for (const station of stations) station.vanish();
  const perSecond = (latenciesMs.length / wallMs) * 1_000;
  return { perSecond, p50: quantile(latenciesMs, 0.5), p99: quantile(latenciesMs, 0.99), machineCores };
}

function report({ count, rounds, seconds, results }) {
  const of = (kind, name, what) => median(results[kind][name].map((result) => result[what]));
  const row = (kind, label, name) => [
    kind,
    label,
    of(kind, name, 'perSecond').toFixed(0),
    of(kind, name, 'p50').toFixed(1),
    of(kind, name, 'p99').toFixed(1),
    of(kind, name, 'machineCores').toFixed(2),
  ];
  const kinds = Object.keys(KINDS);
  const ratio = (kind) => of(kind, 'two', 'perSecond') / of(kind, 'one', 'perSecond');
  const met = ratio(JUDGED) >= GOAL;
  const others = kinds.filter((kind) => kind !== JUDGED).map((kind) => `with ${kind}, ${ratio(kind).toFixed(2)} times as much`);
  const text = [
    `${whereAndWhen()} ${count} stations call, each again as soon as it is answered; ${rounds} rounds of ${seconds} s, in turn. Each gateway is held to ${SHARE} of a core: whenever it has used more CPU time than that, by the kernel's count, it is stopped (SIGSTOP) until it has not. Everything else, the load included, shares the rest of the machine.`,
    table(
      ['', '', 'calls/s', 'p50 ms', 'p99 ms', 'cores of the machine'],
      kinds.flatMap((kind) => [row(kind, 'one gateway', 'one'), row(kind, 'two gateways', 'two')]),
    ),
    `Target, with ${JUDGED}: two carry at least ${GOAL} times as much as one: ${ratio(JUDGED).toFixed(2)}, ${met ? 'met' : 'missed'}. They carry, ${others.join(', ')}: they wait for commits as well.`,
  ].join('\n\n');
  return { text, met };
}
