// `npm run bench:ocpp -- storm`: ten thousand stations come at once. How fast they are let in next to a bare WebSocket server, and what an
// unrelated station feels of it when they are paced.
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '@ampline/platform-testing';
import { cpuBetween, cpuTimes } from '../support/cpu.mjs';
import { whereAndWhen } from '../support/document.mjs';
import { Fleet } from '../support/fleet.mjs';
import { BenchPlatform, PASSWORD, TENANT } from '../support/platform.mjs';
import { median, quantile } from '../support/statistics.mjs';
import { table } from '../support/table.mjs';
import { ThinStation } from '../support/thin-station.mjs';
import { forkBeside } from '../support/fork-beside.mjs';

export const TITLE = 'A storm of reconnects';
export const OPTIONS = { connections: 10_000, rounds: 3, pace: 200 };

const AT_ONCE = 1_000;
/** Stations that were connected before, each with a call a second. */
const PROBES = 20;
const PROBES_PER_SECOND = 20;
const SETTLE = { timeoutMs: 120_000, everyMs: 250 };
const GOALS = { ratio: 0.5, probeP99Ms: 250 };

/** @param {{ connections: number, rounds: number, pace: number }} o */
export async function run({ connections, rounds, pace }) {
  const platform = await BenchPlatform.start({ env: { OCPP_GATEWAY_ADMISSIONS_PER_SECOND: '0' } });
  const cleanUp = [() => platform.stop()];
  try {
    const { identities } = await platform.furnish({ stations: connections + PROBES, evses: 1 });
    const probed = identities.splice(connections);
    const fleet = new Fleet(identities, 2);
    cleanUp.unshift(() => fleet.stop());
    const bare = forkBeside(new URL('./echo-server.mjs', import.meta.url));
    cleanUp.unshift(() => bare.disconnect());
    const [barePort] = await once(bare, 'message');
    const storm = new Storm({ platform, fleet, barePid: bare.pid, connections });
    const results = { bare: [], ours: [] };
    for (let round = 1; round <= rounds; round++) {
      console.error(`· round ${round} of ${rounds}`);
      results.bare.push(await storm.blow({ host: '127.0.0.1', port: barePort, path: '' }, 'bare'));
      results.ours.push(await storm.blow(storm.door, 'ours'));
    }
    await storm.paceGateway(pace);
    console.error(`· paced at ${pace} per second`);
    const paced = await storm.blowBeside(probed);
    return { text: report({ connections, rounds, pace, results, paced }), met: judge(results, paced).every(({ met }) => met) };
  } finally {
    for (const step of cleanUp) await step();
  }
}

class Storm {
  constructor({ platform, fleet, barePid, connections }) {
    Object.assign(this, { platform, fleet, barePid, connections });
  }

  get door() {
    const { hostname, port } = new URL(this.platform.ocppUrls[0]);
    return { host: hostname, port: Number(port), path: `/ocpp/${TENANT}` };
  }

  get groups() {
    const pids = (service) => this.platform.split.of(service).map(({ pid }) => ({ pid }));
    const { postgres, nats } = this.platform.split.parts;
    return {
      gateway: pids('ocpp-gateway'),
      csms: pids('ocpp-csms'),
      postgres: [{ pid: postgres.pid, family: true }],
      nats: [{ pid: nats.pid }],
      bare: [{ pid: this.barePid }],
      load: this.fleet.pids,
    };
  }

  /** All come, all are in, all go; the picture of the back end is let settle before the next. */
  async blow(door, what) {
    const before = cpuTimes(this.groups);
    const { outcomes, wallMs } = await this.fleet.connect({ door, password: PASSWORD, atOnce: AT_ONCE });
    const cpu = cpuBetween(before, cpuTimes(this.groups));
    const cores = Object.fromEntries(Object.entries(cpu.groups).map(([group, ms]) => [group, ms / cpu.wallMs]));
    if (what === 'ours') await this.#settled(this.connections);
    await this.fleet.vanish();
    if (what === 'ours') await this.#settled(0);
    return { perSecond: ((outcomes.open ?? 0) / wallMs) * 1_000, outcomes, cores, machineCores: cpu.machineCores };
  }

  async paceGateway(perSecond) {
    const [gateway] = this.platform.split.of('ocpp-gateway');
    await gateway.stop();
    gateway.env.OCPP_GATEWAY_ADMISSIONS_PER_SECOND = String(perSecond);
    await gateway.start();
  }

  /** The storm once more, while one station that is connected goes on with its calls. All boot when they are in. */
  async blowBeside(probed) {
    const probes = await Promise.all(
      probed.map((identity) => {
        const path = `${this.door.path}/${identity}`;
        return ThinStation.connect({ ...this.door, path, basic: `${identity}:${PASSWORD}` });
      }),
    );
    const state = { ends: false };
    const calm = await probing(probes, { lastsMs: 5_000, ends: () => false });
    const beside = probing(probes, { lastsMs: Infinity, ends: () => state.ends });
    const { outcomes, wallMs } = await this.fleet.connect({
      door: this.door,
      password: PASSWORD,
      atOnce: AT_ONCE,
      again: true,
      bootsToo: true,
    });
    state.ends = true;
    const latenciesMs = await beside;
    for (const probe of probes) probe.vanish();
    await this.fleet.vanish();
    return { calm, latenciesMs, outcomes, wallMs };
  }

  #settled(count) {
    const settled = async () => {
      const [row] = await this.platform.sql(
        `SELECT (SELECT count(*)::int FROM csms.charging_station WHERE online) AS online,
                (SELECT count(*)::int FROM csms.outbox WHERE published_at IS NULL) AS unpublished`,
      );
      return row.online === count && row.unpublished === 0;
    };
    return eventually(settled, SETTLE);
  }
}

/** Heartbeats at a steady rate, of one station after the other, each counted from when it was due. */
async function probing(probes, { lastsMs, ends }) {
  const latenciesMs = [];
  const last = probes.map(() => Promise.resolve());
  const begun = performance.now();
  for (let made = 0; performance.now() - begun < lastsMs && !ends(); made++) {
    const dueAt = begun + (made * 1_000) / PROBES_PER_SECOND;
    if (dueAt > performance.now()) await pause(dueAt - performance.now());
    const i = made % probes.length;
    last[i] = last[i]
      .then(() => new Promise((resolve) => probes[i].send('Heartbeat', '{}', resolve)))
      .then(() => void latenciesMs.push(performance.now() - dueAt));
  }
  await Promise.all(last);
  return latenciesMs;
}

function judge(results, paced) {
  const rate = (name) => median(results[name].map(({ perSecond }) => perSecond));
  const ratio = rate('ours') / rate('bare');
  const p99 = quantile(paced.latenciesMs, 0.99);
  return [
    { goal: `at least ${GOALS.ratio} of the bare server's rate`, value: ratio.toFixed(2), met: ratio >= GOALS.ratio },
    { goal: `p99 of unrelated stations below ${GOALS.probeP99Ms} ms`, value: `${p99.toFixed(0)} ms`, met: p99 < GOALS.probeP99Ms },
  ];
}

const listed = (record) =>
  Object.entries(record)
    .map(([key, value]) => `${key} ${typeof value === 'number' && !Number.isInteger(value) ? value.toFixed(2) : value}`)
    .join(', ');

function report({ connections, rounds, pace, results, paced }) {
  const row = (label, name) => {
    const perSecond = results[name].map((result) => result.perSecond);
    return [label, median(perSecond).toFixed(0), Math.min(...perSecond).toFixed(0), Math.max(...perSecond).toFixed(0)];
  };
  const last = results.ours.at(-1);
  return [
    `${whereAndWhen()} ${connections} stations connect at once, ${AT_ONCE} handshakes under way at a time, from two processes on the same machine; ${rounds} rounds, bare server and gateway in turn. A station is in when it has read the 101; the gateway asks csms, which checks the password and commits the epoch of each.`,
    table(['', 'connects/s', 'least', 'most'], [row('bare `ws` server', 'bare'), row('gateway, unlimited', 'ours')]),
    `Outcomes of the last round: ${listed(last.outcomes)}. Cores used: ${listed(last.cores)}; the machine ${last.machineCores.toFixed(2)}.`,
    `Paced at ${pace} per second, each station boots when it is in, and those sent away come again as they were told: all ${connections} were back after ${(paced.wallMs / 1_000).toFixed(0)} s (${listed(paced.outcomes)}). ${PROBES} stations beside them, each with a heartbeat a second: p50 ${quantile(paced.latenciesMs, 0.5).toFixed(1)} ms, p99 ${quantile(paced.latenciesMs, 0.99).toFixed(1)} ms, at most ${Math.max(...paced.latenciesMs).toFixed(0)} ms; before the storm p99 ${quantile(paced.calm, 0.99).toFixed(1)} ms.`,
    judge(results, paced)
      .map(({ goal, value, met }) => `Target: ${goal}: ${value}, ${met ? 'met' : 'missed'}.`)
      .join(' '),
  ].join('\n\n');
}
