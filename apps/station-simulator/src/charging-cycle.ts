import { authorize, type Verdict } from './authorization.js';
import type { Range } from './chance.js';
import type { SimulatedEvse } from './simulated-evse.js';
import type { StationParts } from './station-parts.js';

const LONGEST_POLL_MS = 1_000;

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
  const taken: Verdict = { authorization: 'accepted' };
  const { authorization, parentIdToken } = authorizes || !parts.desk.online ? await authorize(parts, idToken) : taken;
  const begins = authorization === 'accepted' || (authorization === 'unknown' && startsOffline);
  const admitted = begins && parts.reservations.admit(evse.connectorId, { idToken, parentIdToken });
  // Meanwhile a remote command may have started one, or taken the EVSE out of service.
  if (admitted && evse.running === undefined && evse.operative && evse.pluggedIn) {
    evse.start(idToken, parentIdToken);
    return true;
  }
  if (evse.running === undefined) evse.unplug();
  return false;
}
