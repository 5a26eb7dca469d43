import { createHash } from 'node:crypto';

/** What a retried StartTransaction repeats; hex. OCPP 1.6 has no key of its own, and the message id of a retry may be new. */
export function startKey(o: { connectorNumber: number; idToken: string; timestamp: string; meterStart: number }): string {
  return digest([o.connectorNumber, o.idToken.toLowerCase(), o.timestamp, o.meterStart]);
}

/** What a retried StopTransaction repeats; hex. Stations complete reason and readings between tries, so these are left out. */
export function stopKey(o: { timestamp: string; meterStop: number }): string {
  return digest([o.timestamp, o.meterStop]);
}

function digest(parts: unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
