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

/** A session from `from` on, so many minutes long, with a reading every few minutes. Ends, unless it goes on. */
async function charge({ ask }, { connectorId, idTag, from, minutes, fullW, everyMin, goesOn = false }) {
  let registerWh = 1_250_000 + ((from / MINUTE_MS) % 5_000);
  const begin = { connectorId, idTag, meterStart: Math.round(registerWh), timestamp: iso(from) };
  const { transactionId } = await ask('StartTransaction', begin);
  for (let minute = everyMin; minute <= minutes; minute += everyMin) {
    const share = minute / (goesOn ? minutes * 1.25 : minutes);
    const powerW = powerAt(share, fullW, minute);
    registerWh += (powerW * everyMin) / 60;
    const sampledValue = [
      { value: String(powerW), measurand: 'Power.Active.Import', unit: 'W' },
      { value: String(Math.round(registerWh)), measurand: 'Energy.Active.Import.Register', unit: 'Wh' },
      { value: String(Math.round(24 + share * 60)), measurand: 'SoC', unit: 'Percent' },
    ];
    const timestamp = iso(from + minute * MINUTE_MS);
    await ask('MeterValues', { connectorId, transactionId, meterValue: [{ timestamp, sampledValue }] });
  }
  if (goesOn) return;
  const meterStop = Math.round(registerWh);
  await ask('StopTransaction', { transactionId, idTag, meterStop, timestamp: iso(from + minutes * MINUTE_MS), reason: 'Local' });
}

/** Ended sessions of one station, one connector after the other, fewer at night. */
async function past(station, index, now) {
  for (const connectorId of [1, 2]) {
    for (let hour = HOURS - index * 0.4; hour > 3; hour -= 2.5 + ((index * 3 + connectorId) % 4)) {
      const from = now - hour * HOUR_MS;
      const minutes = 40 + ((index * 17 + Math.round(hour) * 11) % 55);
      await charge(station, { connectorId, idTag: TOKENS[(index + connectorId) % 4], from, minutes, fullW: 21_600, everyMin: 20 });
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
  await status(first, 1, 'Charging');
  await charge(first, {
    connectorId: 1,
    idTag: 'DEMO-OK-1',
    from: now - 48 * MINUTE_MS,
    minutes: 47,
    fullW: 21_800,
    everyMin: 1,
    goesOn: true,
  });
  await status(second, 2, 'Charging');
  await charge(second, {
    connectorId: 2,
    idTag: 'DEMO-FLEET',
    from: now - 20 * MINUTE_MS,
    minutes: 19,
    fullW: 11_000,
    everyMin: 1,
    goesOn: true,
  });
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
  return { stop: () => stations.forEach(({ socket }) => socket.terminate()) };
}
