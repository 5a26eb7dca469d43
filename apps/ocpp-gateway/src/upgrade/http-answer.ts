import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { RefusalReason } from '@ampline/contracts';

/** An upgrade that does not happen: what the client reads. */
export interface HttpAnswer {
  status: number;
  /** Stable, for the log and the body. */
  code: string;
  message: string;
  headers?: Readonly<Record<string, string>>;
}

const CHALLENGE = { 'WWW-Authenticate': 'Basic realm="ocpp", charset="UTF-8"' };

/** Every reason of the back end has its answer; a new one does not compile without. */
const REFUSALS: Readonly<Record<RefusalReason, Omit<HttpAnswer, 'code'>>> = {
  'unknown-station': { status: 404, message: 'There is no charging station of this identity.' },
  'unknown-tenant': { status: 404, message: 'There is no tenant of this name.' },
  'ambiguous-station': { status: 404, message: 'Several tenants have a station of this identity: connect to /ocpp/<tenant>/<station>.' },
  'wrong-password': { status: 401, message: 'The password is wrong.', headers: CHALLENGE },
  'password-missing': { status: 401, message: 'This station must send a password.', headers: CHALLENGE },
  'identity-mismatch': { status: 401, message: 'The user name is not the identity in the path.', headers: CHALLENGE },
  'station-rejected': { status: 403, message: 'This station is not let in.' },
  'tenant-suspended': { status: 403, message: 'This tenant is suspended.' },
  'token-missing': { status: 401, message: 'A new station must send a registration token as its password.', headers: CHALLENGE },
  'token-invalid': { status: 401, message: 'The registration token is not valid.', headers: CHALLENGE },
  'registration-full': { status: 503, message: 'No more new stations are taken at the moment.', headers: { 'Retry-After': '600' } },
  'too-many-attempts': { status: 429, message: 'Too many attempts of unknown stations.', headers: { 'Retry-After': '60' } },
  'tls-required': { status: 403, message: 'This station must connect by TLS (wss).' },
  'certificate-missing': { status: 403, message: 'This station must show a client certificate.' },
  'certificate-unreadable': { status: 403, message: 'The client certificate cannot be read.' },
  'certificate-untrusted': { status: 403, message: 'The client certificate comes from no authority that is trusted here.' },
  'certificate-expired': { status: 403, message: 'The client certificate, or one above it, has expired.' },
  'certificate-not-yet-valid': { status: 403, message: 'The client certificate, or one above it, is not valid yet.' },
  'certificate-revoked': { status: 403, message: 'The client certificate, or one above it, was revoked.' },
  'certificate-identity-mismatch': { status: 403, message: 'The common name of the client certificate is not the identity in the path.' },
  'no-mqtt-user': { status: 403, message: 'This station has no MQTT user.' },
  'unsupported-subprotocol': { status: 400, message: 'None of the offered subprotocols is spoken here.' },
};

/** What a refused station is told. An unknown reason, of a newer back end, is a plain 403. */
export function refusalAnswer(reason: RefusalReason): HttpAnswer {
  const known = REFUSALS[reason] as Omit<HttpAnswer, 'code'> | undefined;
  return { code: reason, ...(known ?? { status: 403, message: 'This station is not let in.' }) };
}

/** "Not now": the station is to come back after `retryAfterS`. */
export function unavailableAnswer(code: string, retryAfterS: number): HttpAnswer {
  return { status: 503, code, message: 'Try again later.', headers: { 'Retry-After': String(retryAfterS) } };
}

/** Body of an answer. */
export function answerBody(answer: HttpAnswer): string {
  return JSON.stringify({ code: answer.code, message: answer.message });
}

/** Who was answered and does not hang up is cut off after this. */
const LINGER_MS = 2_000;

/**
 * Answers on the bare connection of an upgrade, and ends it. What the client sent beyond its request is read and passed over: closing
 * with unread bytes would reset the connection, and the client might never see its answer.
 */
export function writeAnswer(connection: Duplex, answer: HttpAnswer): void {
  const body = answerBody(answer);
  const headers = {
    Connection: 'close',
    'Content-Type': 'application/json',
    'Content-Length': String(Buffer.byteLength(body)),
    ...answer.headers,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  connection.once('end', () => connection.destroy());
  if ('setTimeout' in connection) (connection as Socket).setTimeout(LINGER_MS, () => connection.destroy());
  connection.resume();
  connection.end(`HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status]}\r\n${lines.join('\r\n')}\r\n\r\n${body}`);
}
