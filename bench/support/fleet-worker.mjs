// A process full of stations (thin-station.mjs): does what its parent says, one thing at a time.
import { setTimeout as pause } from 'node:timers/promises';
import { NotConnected, ThinStation } from './thin-station.mjs';

/** By identity. */
const open = new Map();
const PATIENCE_MS = 60_000;
/** A station that found nobody at all comes again after up to so long. */
const BACK_OFF_MS = 5_000;

const works = {
  /**
   * Connects stations, `atOnce` at a time. With `again` each comes back until it is in: when it was told to, or after a while of its own.
   */
  async connect({ door, stations, password, atOnce, again = false, bootsToo = false }) {
    const outcomes = {};
    const waitsMs = [];
    const queue = stations[Symbol.iterator]();
    const begunMs = performance.now();
    const note = (what) => (outcomes[what] = (outcomes[what] ?? 0) + 1);
    const bring = async (identity) => {
      for (;;) {
        try {
          await enter(door, identity, password);
          waitsMs.push(performance.now() - begunMs);
          if (bootsToo) await boot(identity);
          return note('open');
        } catch (error) {
          if (!(error instanceof NotConnected)) throw error;
          note(error.status === undefined ? `no status: ${error.message}` : error.message);
          if (!again) return undefined;
          await pause(error.retryAfterS ? error.retryAfterS * 1_000 : Math.random() * BACK_OFF_MS);
        }
      }
    };
    const walk = async () => {
      for (let next = queue.next(); !next.done; next = queue.next()) await bring(next.value);
    };
    await Promise.all(Array.from({ length: Math.min(atOnce, stations.length) }, walk));
    return { outcomes, wallMs: performance.now() - begunMs, waitsMs: thinned(waitsMs) };
  },

  /** All of them gone without a word. */
  vanish() {
    for (const station of open.values()) station.vanish();
    open.clear();
  },

  /** What stations in the field send, spread evenly: heartbeats of all, meter values of those that charge, sessions that begin and end. */
  async traffic({ lastsMs, heartbeatS, meterS, sessionS, chargingShare }) {
    const latenciesMs = [];
    let missed = 0;
    const identities = [...open.keys()];
    const charging = identities.filter((_, i) => i % Math.round(1 / chargingShare) === 0);
    const ends = performance.now() + lastsMs;
    const call = (identity, action, payload) =>
      new Promise((resolve) => {
        const station = open.get(identity);
        if (!station || station.busy) {
          missed += 1;
          return resolve(undefined);
        }
        const sentAt = performance.now();
        station.busy = true;
        return station.send(action, JSON.stringify(payload), (text) => {
          station.busy = false;
          latenciesMs.push(performance.now() - sentAt);
          resolve(JSON.parse(text)[2]);
        });
      });
    const sessions = new Map();
    const begin = async (identity) => {
      const started = await call(identity, 'StartTransaction', {
        connectorId: 1,
        idTag: `T-${identity}`,
        meterStart: 0,
        timestamp: new Date().toISOString(),
      });
      if (started) sessions.set(identity, { transactionId: started.transactionId, registerWh: 0 });
    };
    const end = async (identity) => {
      const session = sessions.get(identity);
      sessions.delete(identity);
      if (!session) return;
      const { transactionId, registerWh } = session;
      await call(identity, 'StopTransaction', { transactionId, meterStop: registerWh, timestamp: new Date().toISOString() });
    };
    const measure = async (identity) => {
      const session = sessions.get(identity);
      if (!session) return;
      session.registerWh += 180;
      const timestamp = new Date().toISOString();
      const sampledValue = [
        { value: String(session.registerWh), measurand: 'Energy.Active.Import.Register', unit: 'Wh' },
        { value: '10873', measurand: 'Power.Active.Import', unit: 'W' },
      ];
      await call(identity, 'MeterValues', {
        connectorId: 1,
        transactionId: session.transactionId,
        meterValue: [{ timestamp, sampledValue }],
      });
    };
    const turnOver = async (identity) => {
      await end(identity);
      await begin(identity);
    };
    await Promise.all([
      spread(identities, heartbeatS, ends, (identity) => call(identity, 'Heartbeat', {})),
      spread(charging, meterS, ends, measure),
      spread(charging, sessionS, ends, turnOver),
    ]);
    return { calls: latenciesMs.length, missed, latenciesMs: thinned(latenciesMs), sessions: sessions.size };
  },

  count() {
    return { open: open.size, rss: process.memoryUsage.rss() };
  },
};

async function enter(door, identity, password) {
  const basic = password === undefined ? undefined : `${identity}:${password}`;
  const station = await ThinStation.connect({ ...door, path: `${door.path}/${identity}`, basic }, PATIENCE_MS);
  station.onClosed = () => {
    if (open.get(identity) === station) open.delete(identity);
  };
  station.onCommand = () => '{"status":"Accepted"}';
  open.set(identity, station);
}

function boot(identity) {
  const payload = JSON.stringify({ chargePointVendor: 'Bench', chargePointModel: 'Thin' });
  return new Promise((resolve) => {
    const station = open.get(identity);
    if (!station) return resolve();
    const { onClosed } = station;
    station.onClosed = () => {
      onClosed();
      resolve();
    };
    return station.send('BootNotification', payload, resolve);
  });
}

/** Calls `work` for each of `items` once in `everyS`, evenly, until `ends`. */
async function spread(items, everyS, ends, work) {
  const perMs = items.length / (everyS * 1_000);
  const begun = performance.now();
  const running = new Set();
  for (let made = 0; performance.now() < ends;) {
    const due = Math.floor((performance.now() - begun) * perMs);
    for (; made < due; made++) {
      const done = work(items[made % items.length]).finally(() => running.delete(done));
      running.add(done);
    }
    await pause(10);
  }
  await Promise.all(running);
}

/** Enough of them for a quantile. */
function thinned(values, most = 50_000) {
  const step = Math.ceil(values.length / most);
  return step <= 1 ? values : values.filter((_, i) => i % step === 0);
}

process.on('message', async ({ id, work, with: args }) => {
  try {
    process.send({ id, result: await works[work](args) });
  } catch (error) {
    process.send({ id, error: error.stack });
  }
});
process.on('disconnect', () => process.exit(0));
