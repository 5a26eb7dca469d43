import { planStop } from './stop.js';
import type { ChargingTransaction, ToldStop } from './transaction.js';

/**
 * The running session that an end which names none must belong to (quirk `stop_with_random_transaction_id`). Undefined when it is
 * not certain: another id token, several sessions, a time or a register that would be in doubt.
 *
 * @param maxPowerW of a connector, 0 when unknown
 */
export async function certainSessionOf(
  told: ToldStop,
  active: readonly ChargingTransaction[],
  maxPowerW: (connectorNumber: number) => Promise<bigint>,
): Promise<ChargingTransaction | undefined> {
  const token = told.idToken?.toLowerCase();
  const [session, another] = active.filter((t) => token === undefined || t.idToken.toLowerCase() === token);
  if (session === undefined || another !== undefined || told.ended.clock !== 'plausible' || session.started.clock !== 'plausible')
    return undefined;
  const goesOn = told.ended.at >= session.started.at && told.meterStopWh >= session.last.registerWh;
  const plan = planStop(session, told, await maxPowerW(session.connectorNumber));
  return goesOn && plan.kind === 'end' && plan.ending.raised.length === 0 ? session : undefined;
}
