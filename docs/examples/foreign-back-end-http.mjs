// A back end of one's own for charging stations, over HTTP: checks the signature of each call and answers it. Nothing but Node.
// Written from docs/architecture/station-path.md alone. SECRET is what the platform showed when the back end was made.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';

const { SECRET, PORT = '0' } = process.env;
const OLDEST_S = 300;
const answered = new Map();
const transactions = { last: 0 };

const ANSWERS = {
  BootNotification: () => ({ status: 'Accepted', currentTime: new Date().toISOString(), interval: 300 }),
  Heartbeat: () => ({ currentTime: new Date().toISOString() }),
  Authorize: ({ idTag }) => ({ idTagInfo: { status: idTag.startsWith('OWN-') ? 'Accepted' : 'Invalid' } }),
  StartTransaction: ({ idTag }) => ({ transactionId: (transactions.last += 1), ...ANSWERS.Authorize({ idTag }) }),
  StopTransaction: () => ({}),
  StatusNotification: () => ({}),
  MeterValues: () => ({}),
};

/** HMAC-SHA-256 over `<timestamp>.<body>`; a call that is too old may be somebody's recording. */
function isGenuine(request, body) {
  const timestamp = request.headers['ampline-timestamp'];
  const expected = Buffer.from(`sha256=${createHmac('sha256', SECRET).update(`${timestamp}.${body}`).digest('hex')}`);
  const given = Buffer.from(request.headers['ampline-signature'] ?? '');
  return given.length === expected.length && timingSafeEqual(given, expected) && Math.abs(Date.now() / 1000 - Number(timestamp)) < OLDEST_S;
}

const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  if (!isGenuine(request, body)) return response.writeHead(401).end();
  const [, , action, payload] = JSON.parse(body);
  const station = decodeURIComponent(request.headers['ampline-station']);
  const callId = request.headers['ampline-call-id'];
  console.log(JSON.stringify({ station, action, callId }));
  // Any status but 200 means "ask me again": the call comes again with the same id, and gets the same answer.
  if (!answered.has(callId)) answered.set(callId, ANSWERS[action] ? JSON.stringify(ANSWERS[action](payload)) : undefined);
  const answer = answered.get(callId);
  if (answer !== undefined) return response.writeHead(200, { 'Content-Type': 'application/json' }).end(answer);
  response.writeHead(200, { 'Ampline-Call-Error': 'NotImplemented' }).end(JSON.stringify({ description: 'not taken over', details: {} }));
});

server.listen(Number(PORT), '127.0.0.1', () => console.log(`ready ${server.address().port}`));
