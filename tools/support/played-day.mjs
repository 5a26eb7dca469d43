// A day at the demo's test bench, told by OCPP messages that carry times of the past: sessions that have ended, one that goes on, and what
// somebody has to decide about. The simulated stations have only just begun; a picture needs a past.
import WebSocket from 'ws';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const STATIONS = ['EXT-001', 'EXT-002', 'EXT-003', 'EXT-004', 'EXT-005', 'EXT-006'];
const TOKENS = ['DEMO-OK-1', 'DEMO-FLEET', 'DEMO-OK-2', 'DEMO-FLEET'];
const HOURS = 22;

/** One station's socket. */
async function connect({ url, password }, identity) {
  const socket = new WebSocket(`${url}/${identity}`, ['ocpp1.6'], { auth: `${identity}:${password}` });
  const waiting = new Map();
  let calls = 0;
  socket.on('message', (data) => {
    const [type, id, payload] = JSON.parse(data.toString());
    if (type === 2) return socket.send(JSON.stringify([3, id, { status: 'Accepted' }]));
    waiting.get(id)?.(payload);
    waiting.delete(id);
  });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const ask = (action, payload) =>
    new Promise((resolve) => {
      const id = `${identity}-${(calls += 1)}`;
      waiting.set(id, resolve);
      socket.send(JSON.stringify([2, id, action, payload]));
    });
  return { identity, socket, ask };
}

const iso = (ms) => new Date(ms).toISOString();

/** Power of a vehicle that draws less towards the end: W after a share of its time, with a little unrest. */
function powerAt(share, fullW, minute) {
  const taper = share < 0.75 ? 1 : 1 - (share - 0.75) * 2.8;
  return Math.round(fullW * taper * (1 - 0.012 * (((minute * 7) % 5) / 5)));
}

/** Begins a session and tells of it until `until`, every few minutes; what the meter says then. */
async function charge({ ask }, { connectorId, idTag, from, until, ends, fullW, everyMin }) {
  let registerWh = 1_250_000 + ((from / MINUTE_MS) % 5_000);
  const begin = { connectorId, idTag, meterStart: Math.round(registerWh), timestamp: iso(from) };
  const { transactionId } = await ask('StartTransaction', begin);
  const tell = async (at, minutes) => {
    const share = (at - from) / (ends - from);
    const powerW = powerAt(share, fullW, Math.round((at - from) / MINUTE_MS));
    registerWh += (powerW * minutes) / 60;
    const sampledValue = [
      { value: String(powerW), measurand: 'Power.Active.Import', unit: 'W' },
      { value: String(Math.round(registerWh)), measurand: 'Energy.Active.Import.Register', unit: 'Wh' },
      { value: String(Math.round(24 + share * 60)), measurand: 'SoC', unit: 'Percent' },
    ];
    await ask('MeterValues', { connectorId, transactionId, meterValue: [{ timestamp: iso(at), sampledValue }] });
  };
  for (let at = from + everyMin * MINUTE_MS; at <= until; at += everyMin * MINUTE_MS) await tell(at, everyMin);
  return { transactionId, tell, meterWh: () => Math.round(registerWh) };
}

/** A session that has ended. */
async function charged(station, { connectorId, idTag, from, minutes }) {
  const until = from + minutes * MINUTE_MS;
  const { transactionId, meterWh } = await charge(station, { connectorId, idTag, from, until, ends: until, fullW: 21_600, everyMin: 20 });
  await station.ask('StopTransaction', { transactionId, idTag, meterStop: meterWh(), timestamp: iso(until), reason: 'Local' });
}

const READING_EVERY_MS = 5_000;

/** A session that goes on, with a reading every few seconds from now on; answers how that ends. */
async function chargesOn(station, { connectorId, idTag, minutes, fullW }) {
  const now = Date.now();
  const from = now - minutes * MINUTE_MS;
  await station.ask('StatusNotification', { connectorId, status: 'Charging', errorCode: 'NoError', timestamp: iso(now) });
  const session = { connectorId, idTag, from, until: now - MINUTE_MS, ends: from + minutes * 1.3 * MINUTE_MS, fullW, everyMin: 1 };
  const { tell } = await charge(station, session);
  const timer = setInterval(() => void tell(Date.now(), READING_EVERY_MS / MINUTE_MS), READING_EVERY_MS);
  return () => clearInterval(timer);
}

/** Ended sessions of one station, one connector after the other, fewer at night. */
async function past(station, index, now) {
  for (const connectorId of [1, 2]) {
    for (let hour = HOURS - index * 0.4; hour > 3; hour -= 2.5 + ((index * 3 + connectorId) % 4)) {
      const from = now - hour * HOUR_MS;
      const minutes = 40 + ((index * 17 + Math.round(hour) * 11) % 55);
      await charged(station, { connectorId, idTag: TOKENS[(index + connectorId) % 4], from, minutes });
    }
  }
}

/**
 * Plays it; the stations stay connected until `stop`.
 * @param {{url: string, password: string}} options url = `ws://…/ocpp/<tenant>`
 */
export async function playDay(options) {
  const now = Date.now();
  const stations = await Promise.all(STATIONS.map((identity) => connect(options, identity)));
  const status = ({ ask }, connectorId, state, errorCode = 'NoError') =>
    ask('StatusNotification', { connectorId, status: state, errorCode, timestamp: iso(Date.now()) });
  for (const [index, station] of stations.entries()) {
    const boot = { chargePointVendor: 'Ampline', chargePointModel: 'Bench AC 22', chargePointSerialNumber: `AB-22-${1_000 + index}` };
    await station.ask('BootNotification', { ...boot, firmwareVersion: '2.4.1' });
    for (const connectorId of [1, 2]) await status(station, connectorId, 'Available');
    await past(station, index, now);
  }
  const [first, second, third, fourth] = stations;
  const ends = [
    await chargesOn(first, { connectorId: 1, idTag: 'DEMO-OK-1', minutes: 48, fullW: 21_800 }),
    await chargesOn(second, { connectorId: 2, idTag: 'DEMO-FLEET', minutes: 20, fullW: 11_000 }),
  ];
  await status(third, 2, 'Faulted', 'GroundFailure');
  await status(fourth, 1, 'Unavailable');
  // Whose begin nobody was told, and one whose meter ran backwards.
  await third.ask('StopTransaction', {
    transactionId: 4_711,
    meterStop: 1_266_830,
    timestamp: iso(now - 35 * MINUTE_MS),
    reason: 'PowerLoss',
  });
  const { transactionId } = await fourth.ask('StartTransaction', {
    connectorId: 2,
    idTag: 'DEMO-FLEET',
    meterStart: 90_000,
    timestamp: iso(now - 90 * MINUTE_MS),
  });
  await fourth.ask('StopTransaction', { transactionId, meterStop: 1_200, timestamp: iso(now - 30 * MINUTE_MS), reason: 'EVDisconnected' });
  return {
    stop: () => {
      for (const end of ends) end();
      for (const { socket } of stations) socket.terminate();
    },
  };
}
