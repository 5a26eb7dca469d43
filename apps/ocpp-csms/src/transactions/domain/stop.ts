import type { Doubt } from '../../issues/reasons.js';
import { clockDoubt } from './moment.js';
import { energyBetween, type ChargingTransaction, type RegisterReading, type ToldStop, type TransactionEnd } from './transaction.js';

/** How a transaction changes at its end. */
export interface Ending {
  end: TransactionEnd;
  last: RegisterReading;
  energyWh: bigint;
  /** All that is doubtful about the session from now on. */
  doubts: Doubt[];
  /** What this end has brought up. */
  raised: Doubt[];
}

export type StopPlan =
  /** `corrects`: it had been ended by an estimate, or by a person's decision on another message. */
  | { kind: 'end'; ending: Ending; corrects: boolean }
  /** A repetition: answered, nothing changes. */
  | { kind: 'repeated' }
  /** A second end that contradicts the first: the first counts, a person decides. */
  | { kind: 'different' };

/** Decides what a StopTransaction of a known transaction means. `maxPowerW`: of its connector, 0 when unknown. */
export function planStop(transaction: ChargingTransaction, told: ToldStop, maxPowerW: bigint): StopPlan {
  const before = transaction.end?.told;
  if (before === undefined)
    return { kind: 'end', ending: endAsTold(transaction, told, maxPowerW), corrects: transaction.end !== undefined };
  return before.key === told.key ? { kind: 'repeated' } : { kind: 'different' };
}

/** The end that the station told, whatever was there before. */
export function endAsTold(transaction: ChargingTransaction, told: ToldStop, maxPowerW: bigint): Ending {
  const energyWh = energyBetween(transaction.meterStartWh, told.meterStopWh);
  // Never before the begin: nobody downstream has to deal with a negative duration.
  const at = told.ended.at > transaction.started.at ? told.ended.at : transaction.started.at;
  const end = { at, meterStopWh: told.meterStopWh, estimated: false, told };
  const raised = doubtsOfEnd(transaction, told, energyWh, maxPowerW);
  const doubts = unique([...doubtsOfBegin(transaction), ...raised]);
  return { end, energyWh, doubts, raised, last: { at, registerWh: told.meterStopWh } };
}

/**
 * The end of a transaction whose StopTransaction did not come: at the last thing that is known of it.
 * @param reading its newest register reading
 * @param maxPowerW of its connector, 0 when unknown
 */
export function endAsEstimated(transaction: ChargingTransaction, reading: RegisterReading | undefined, maxPowerW: bigint): Ending {
  const last = reading !== undefined && reading.at >= transaction.last.at ? reading : transaction.last;
  const at = last.at > transaction.started.at ? last.at : transaction.started.at;
  const energyWh = energyBetween(transaction.meterStartWh, last.registerWh);
  const raised: Doubt[] = ['stop-missing'];
  if (last.registerWh < transaction.meterStartWh) raised.push('meter-went-back');
  if (isMoreThanPossible(transaction, at, energyWh, maxPowerW)) raised.push('energy-implausible');
  return {
    end: { at, meterStopWh: last.registerWh, estimated: true },
    last,
    energyWh,
    doubts: unique([...transaction.doubts, ...raised]),
    raised,
  };
}

/** The end at a register that a person set. What was doubtful about the end is settled by that. */
export function endAsDecided(transaction: ChargingTransaction, meterStopWh: bigint, at: Date): Ending {
  const told = transaction.end?.told;
  const end = { at: transaction.end?.at ?? at, meterStopWh, estimated: true, ...(told !== undefined && { told }) };
  return {
    end,
    energyWh: energyBetween(transaction.meterStartWh, meterStopWh),
    doubts: transaction.doubts.filter((doubt) => !ABOUT_THE_END.has(doubt)),
    raised: [],
    last: { at: end.at, registerWh: meterStopWh },
  };
}

/** Doubts that only an end can raise. */
export const ABOUT_THE_END: ReadonlySet<Doubt> = new Set([
  ...(['stop-missing', 'meter-went-back', 'energy-implausible', 'ended-before-started'] as const),
  ...(['signed-values-wrong', 'signed-values-unverified'] as const),
]);

function doubtsOfBegin(transaction: ChargingTransaction): Doubt[] {
  const ended = transaction.end?.told?.ended.clock;
  const ofFormerEnd = ended === undefined || ended === transaction.started.clock ? undefined : clockDoubt(ended);
  return transaction.doubts.filter((doubt) => !ABOUT_THE_END.has(doubt) && doubt !== ofFormerEnd);
}

function doubtsOfEnd(transaction: ChargingTransaction, told: ToldStop, energyWh: bigint, maxPowerW: bigint): Doubt[] {
  const doubts: Doubt[] = [];
  const clock = clockDoubt(told.ended.clock);
  if (clock !== undefined) doubts.push(clock);
  if (told.ended.at < transaction.started.at) doubts.push('ended-before-started');
  if (told.meterStopWh + (told.slackWh ?? 0n) < transaction.meterStartWh) doubts.push('meter-went-back');
  if (told.ended.clock === 'plausible' && isMoreThanPossible(transaction, told.ended.at, energyWh, maxPowerW))
    doubts.push('energy-implausible');
  return doubts;
}

const MS_PER_HOUR = 3_600_000n;
/** For a connector of unknown power: more than any connector that is sold. */
const STRONGEST_CONNECTOR_W = 1_000_000n;
/** Coarse registers and clocks that were set during the session. */
const TOLERANCE_WH = 1_000n;

/** More than one and a half times what the connector can deliver. Without two plausible times nothing can be said. */
function isMoreThanPossible(transaction: ChargingTransaction, endedAt: Date, energyWh: bigint, maxPowerW: bigint): boolean {
  if (transaction.started.clock !== 'plausible') return false;
  const durationMs = BigInt(Math.max(0, endedAt.getTime() - transaction.started.at.getTime()));
  const powerW = maxPowerW > 0n ? maxPowerW : STRONGEST_CONNECTOR_W;
  return energyWh > (powerW * durationMs * 3n) / (2n * MS_PER_HOUR) + TOLERANCE_WH;
}

function unique(doubts: Doubt[]): Doubt[] {
  return [...new Set(doubts)];
}
