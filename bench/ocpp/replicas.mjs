// `npm run bench:ocpp -- replicas`: one gateway and two, each held to a share of a core: does a second one carry as much as the first?
import { once } from 'node:events';
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
    const results = { one: [], two: [] };
    for (let round = 1; round <= rounds; round++) {
      console.error(`· round ${round} of ${rounds}`);
      results.one.push(await measure(platform.ocppUrls.slice(0, 1), identities, seconds));
      results.two.push(await measure(platform.ocppUrls, identities, seconds));
    }
    return report({ count, rounds, seconds, results });
  } finally {
    for (const step of cleanUp) await step();
  }
}

/** Meter values of all stations, each again as soon as it is answered. */
async function measure(urls, identities, seconds) {
  const doors = urls.map((url) => new URL(url));
  const stations = await Promise.all(
    identities.map((identity, i) => {
      const { hostname: host, port } = doors[i % doors.length];
      return ThinStation.connect({ host, port: Number(port), path: `/ocpp/${TENANT}/${identity}`, basic: `${identity}:${PASSWORD}` });
    }),
  );
  let register = 0;
  const next = () => {
    register += 1;
    const sampledValue = [{ value: String(register), measurand: 'Energy.Active.Import.Register', unit: 'Wh' }];
    const meterValue = [{ timestamp: new Date().toISOString(), sampledValue }];
    return { action: 'MeterValues', payload: JSON.stringify({ connectorId: 1, meterValue }) };
  };
  await saturate(stations, next, 2_000);
  const { latenciesMs, wallMs } = await saturate(stations, next, seconds * 1_000);
  for (const station of stations) station.vanish();
  return { perSecond: (latenciesMs.length / wallMs) * 1_000, p50: quantile(latenciesMs, 0.5), p99: quantile(latenciesMs, 0.99) };
}

function report({ count, rounds, seconds, results }) {
  const of = (name, pick) => median(results[name].map(pick));
  const row = (label, name) => [
    label,
    ...['perSecond', 'p50', 'p99'].map((what) => of(name, (result) => result[what]).toFixed(what === 'perSecond' ? 0 : 1)),
  ];
  const ratio = of('two', ({ perSecond }) => perSecond) / of('one', ({ perSecond }) => perSecond);
  const met = ratio >= GOAL;
  const text = [
    `${whereAndWhen()} ${count} stations send MeterValues, each again as soon as it is answered after its commit; ${rounds} rounds of ${seconds} s, in turn. Each gateway is held to ${SHARE} of a core: whenever it has used more CPU time than that, by the kernel's count, it is stopped (SIGSTOP) until it has not.`,
    table(['', 'calls/s', 'p50 ms', 'p99 ms'], [row('one gateway', 'one'), row('two gateways', 'two')]),
    `Target: two carry at least ${GOAL} times as much as one: ${ratio.toFixed(2)}: ${met ? 'met' : 'missed'}.`,
  ].join('\n\n');
  return { text, met };
}
