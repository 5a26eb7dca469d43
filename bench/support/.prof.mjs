import { fork } from 'node:child_process';
import { Fleet } from '/work/wt/gateway/bench/support/fleet.mjs';
import { BenchPlatform, PASSWORD, TENANT } from '/work/wt/gateway/bench/support/platform.mjs';
import { cpuBetween, cpuTimes } from '/work/wt/gateway/bench/support/cpu.mjs';
import { mkdirSync } from 'node:fs';
mkdirSync('/tmp/gwprof', { recursive: true });
const platform = await BenchPlatform.start({ env: { OCPP_GATEWAY_ADMISSIONS_PER_SECOND: '0' } });
try {
  const { identities } = await platform.furnish({ stations: 4000, evses: 1 });
  for (const name of ['ocpp-gateway', 'ocpp-csms']) {
    const [p] = platform.split.of(name);
    await p.stop();
    p.env.NODE_OPTIONS = `--cpu-prof --cpu-prof-dir=/tmp/gwprof --cpu-prof-name=${name}.cpuprofile`;
    await p.start();
  }
  const fleet = new Fleet(identities, 2);
  const { hostname, port } = new URL(platform.ocppUrls[0]);
  const door = { host: hostname, port: Number(port), path: `/ocpp/${TENANT}` };
  const pids = (s) => platform.split.of(s).map(({ pid }) => ({ pid }));
  const { postgres, nats } = platform.split.parts;
  const groups = { gateway: pids('ocpp-gateway'), csms: pids('ocpp-csms'), postgres: [{ pid: postgres.pid, family: true }], nats: [{ pid: nats.pid }], se: pids('session-export'), api: pids('api-gateway'), load: fleet.pids };
  for (let i = 0; i < 3; i++) {
    const b = cpuTimes(groups); if (i === 2) (await import('node:child_process')).spawn('perf', ['record','-g','-o','/tmp/nats.perf','-p',String(nats.pid),'--','sleep','12'],{stdio:'ignore'});
    const r = await fleet.connect({ door, password: PASSWORD, atOnce: 1000 });
    const c = cpuBetween(b, cpuTimes(groups));
    const per = Object.fromEntries(Object.entries(c.groups).map(([k, ms]) => [k, Math.round(ms * 1000 / identities.length)]));
    console.log(JSON.stringify(r.outcomes), (identities.length / r.wallMs * 1000).toFixed(0) + '/s', JSON.stringify(per), c.machineCores.toFixed(2));
    await new Promise((r) => setTimeout(r, 4000));
    const [row] = await platform.sql('SELECT count(*)::int AS n FROM csms.charging_station WHERE online');
    const c2 = cpuBetween(b, cpuTimes(groups));
    console.log('online after 4s', row.n, JSON.stringify(Object.fromEntries(Object.entries(c2.groups).map(([k, ms]) => [k, Math.round(ms * 1000 / identities.length)]))));
    await fleet.vanish();
    await new Promise((r) => setTimeout(r, 6000));
  }
  fleet.stop();
} finally { await platform.stop(); }
