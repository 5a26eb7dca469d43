import type { CallWork, Handler } from '../intake/call-work.js';
import { decide, idTagInfo } from './domain/decision.js';
import { PgTokens } from './pg-tokens.js';

/** OCPP 1.6 §4.1. A token that charges elsewhere is accepted here: only StartTransaction may say ConcurrentTx. */
export const authorize: Handler<'Authorize'> = async (work: CallWork, { idTag }) => {
  const token = await new PgTokens(work.tx, work.station.tenantId).find(idTag);
  const { tenantActive, registration } = work.station;
  const decision = decide(token, { at: work.now, tenantActive, stationAccepted: registration === 'accepted' });
  return { idTagInfo: idTagInfo(decision, token) };
};
