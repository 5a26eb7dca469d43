import type { IdTagInfo } from '@ampline/protocol-ocpp';
import type { StationParts } from './station-parts.js';

export type Authorization = 'accepted' | 'refused' | 'unknown';

/** What a station makes of an id token. `parentIdToken`: the group it belongs to. */
export interface Verdict {
  authorization: Authorization;
  parentIdToken?: string;
}

const UNKNOWN: Verdict = { authorization: 'unknown' };

/**
 * Judges an id token as firmware does (OCPP 1.6 §3.5): the local list before the cache, both only where the configuration lets it,
 * else the central system. A token that is not accepted locally is asked about while the station is online.
 */
export async function authorize(parts: StationParts, idToken: string): Promise<Verdict> {
  const { desk, configuration } = parts;
  const mayDecide = configuration.isOn(desk.online ? 'LocalPreAuthorize' : 'LocalAuthorizeOffline');
  const known = mayDecide ? (parts.localList.find(idToken) ?? parts.cache.find(idToken)) : undefined;
  const local = known && verdictOf(known, parts.clock.now());
  if (local !== undefined && (local.authorization === 'accepted' || !desk.online)) return local;
  return desk.online ? ask(parts, idToken) : UNKNOWN;
}

async function ask(parts: StationParts, idToken: string): Promise<Verdict> {
  const outcome = await parts.desk.ask('Authorize', { idTag: idToken });
  if (outcome.outcome !== 'answered') return UNKNOWN;
  const { idTagInfo } = outcome.payload as { idTagInfo?: IdTagInfo };
  if (idTagInfo === undefined) return { authorization: 'refused' };
  parts.cache.learn(idToken, idTagInfo);
  return verdictOf(idTagInfo, parts.clock.now());
}

function verdictOf({ status, expiryDate, parentIdTag }: IdTagInfo, now: Date): Verdict {
  const expired = expiryDate !== undefined && Date.parse(expiryDate) <= now.getTime();
  return {
    authorization: status === 'Accepted' && !expired ? 'accepted' : 'refused',
    ...(parentIdTag !== undefined && { parentIdToken: parentIdTag }),
  };
}
