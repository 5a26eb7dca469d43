// A back end of one's own for charging stations, over NATS: answers the calls of the stations that are routed to it, and commands one of
// them. Written from docs/architecture/station-path.md alone.
// NATS_URL, NATS_USER, NATS_PASSWORD and BACK_END are what the platform showed when the back end was made; TENANT is the tenant's name.
import { connect, headers } from '@nats-io/transport-node';

const { NATS_URL, NATS_USER, NATS_PASSWORD, BACK_END, TENANT } = process.env;
const answered = new Map();
const transactions = { last: 0 };

/** What each action is answered with. An Error becomes a CALLERROR. */
const ANSWERS = {
  BootNotification: () => ({ status: 'Accepted', currentTime: new Date().toISOString(), interval: 300 }),
  Heartbeat: () => ({ currentTime: new Date().toISOString() }),
  Authorize: ({ idTag }) => ({ idTagInfo: { status: idTag.startsWith('OWN-') ? 'Accepted' : 'Invalid' } }),
  StartTransaction: ({ idTag }) => ({ transactionId: (transactions.last += 1), ...ANSWERS.Authorize({ idTag }) }),
  StopTransaction: () => ({}),
  StatusNotification: () => ({}),
  MeterValues: () => ({}),
};

const nats = await connect({
  servers: NATS_URL.replace('nats://', ''),
  user: NATS_USER,
  pass: NATS_PASSWORD,
  name: BACK_END,
  inboxPrefix: `_INBOX.${NATS_USER.replaceAll('.', '_')}`,
});

/** Several of these processes share the calls: one queue group. */
nats.subscribe(`ocpp.foreign.${BACK_END}.${TENANT}.>`, {
  queue: BACK_END,
  callback: (error, message) => {
    if (error) return console.error(error.message);
    const station = decodeURIComponent(message.subject.split('.')[4]);
    const [, , action, payload] = JSON.parse(message.string());
    // The same call comes again while its answer was not heard: it has the same id, and gets the same answer.
    const callId = message.headers.get('Ampline-Call-Id');
    if (!answered.has(callId)) answered.set(callId, answer(action, payload));
    console.log(JSON.stringify({ station, action, callId }));
    const { body, code } = answered.get(callId);
    const head = headers();
    if (code) head.set('Ampline-Call-Error', code);
    message.respond(body, { headers: head });
  },
});

function answer(action, payload) {
  const handler = ANSWERS[action];
  if (!handler) return { code: 'NotImplemented', body: JSON.stringify({ description: 'not taken over', details: {} }) };
  return { body: JSON.stringify(handler(payload)) };
}

/** Commands a station: `node … ` reads lines like `ST-1 Reset {"type":"Soft"}`. */
process.stdin.on('data', async (line) => {
  const [station, action, payload = '{}'] = String(line).trim().split(' ');
  const order = JSON.stringify({ action, payload: JSON.parse(payload) });
  const reply = await nats.request(`ocpp.order.${BACK_END}.${TENANT}.${encodeURIComponent(station)}`, order, { timeout: 35_000 });
  console.log(reply.string());
});

console.log('ready');
