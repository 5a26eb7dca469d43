import type { IdTagInfo } from '@ampline/protocol-ocpp';
import type { Range } from './chance.js';
import type { SimulatedEvse } from './simulated-evse.js';
import type { StationParts } from './station-parts.js';

export type Authorization = 'accepted' | 'refused' | 'unknown';

const LONGEST_POLL_MS = 1_000;

/** Asks about a token; `unknown` when nobody answered. */
export async function authorize(parts: StationParts, idToken: string): Promise<Authorization> {
  if (!parts.desk.online) return 'unknown';
  const outcome = await parts.desk.ask('Authorize', { idTag: idToken });
  if (outcome.outcome !== 'answered') return 'unknown';
  const { idTagInfo } = outcome.payload as { idTagInfo?: IdTagInfo };
  return idTagInfo?.status === 'Accepted' ? 'accepted' : 'refused';
}

/** Cars that come and go at one EVSE, until the simulation ends. */
export async function chargingCycle(evse: SimulatedEvse, parts: StationParts, idTokens: readonly string[]): Promise<void> {
  const { charging } = parts.profile;
  const sleep = (range: Range) => parts.sleeper.sleep((parts.chance.between(range) / parts.pace.speed) * 1_000);
  let goesOn = await sleep(charging.firstIdleS);
  while (goesOn) {
    if (evse.free && (await arrive(evse, parts, idTokens))) {
      const stays = (parts.chance.between(charging.chargingS) / parts.pace.speed) * 1_000;
      const mine = evse.running;
      await parts.sleeper.until(() => evse.running !== mine || evse.meter.vehicleIsFull, stays, Math.min(LONGEST_POLL_MS, stays / 20));
      if (evse.running === mine) evse.stop('Local', mine?.ledger.idToken);
      goesOn = await sleep(charging.parkedS);
      if (goesOn && evse.running === undefined) evse.unplug();
    }
    goesOn = goesOn && (await sleep(charging.idleS));
  }
}

/** @returns whether charging began */
async function arrive(evse: SimulatedEvse, parts: StationParts, idTokens: readonly string[]): Promise<boolean> {
  const idToken = parts.chance.pick(idTokens);
  if (idToken === undefined) return false;
  const { authorizes, startsOffline } = parts.profile.charging;
  evse.plugIn();
  const judged = authorizes || !parts.desk.online ? await authorize(parts, idToken) : 'accepted';
  const begins = judged === 'accepted' || (judged === 'unknown' && startsOffline);
  // Meanwhile a remote command may have started one, or taken the EVSE out of service.
  if (begins && evse.running === undefined && evse.operative && evse.pluggedIn) {
    evse.start(idToken);
    return true;
  }
  if (evse.running === undefined) evse.unplug();
  return false;
}
