import {
  judgeRecords,
  readPayload,
  readSignedValue,
  type MeterPublicKey,
  type OcmfRecord,
  type Unverifiable,
  type Wrong,
} from '@ampline/protocol-ocmf';
import type { Doubt } from '../issues/reasons.js';

/** A key of the register, fit for the EVSE of the session and the time of its end. */
export interface RegisteredKey {
  meterKeyId: string;
  key: MeterPublicKey;
  /** Undefined: whatever meter signs there. */
  meterSerial?: string;
  /** Registered for this EVSE, and not for the whole station. */
  ofEvse: boolean;
}

/** What the signed values of a session are worth, and by which key. */
export interface Judgement {
  verdict: 'verified' | 'unverifiable' | 'wrong';
  reason?: Unverifiable | Wrong;
  energyMilliWh?: bigint;
  meterKeyId?: string;
}

/** What the signed values must agree with. */
export interface JudgedSession {
  energyWh: bigint;
  idToken: string;
}

/**
 * Judges the signed values of a session. Undefined when none were sent and no key is registered: its meter does not sign.
 * @param values as sent
 * @param keys the newest first
 */
export async function judge(
  values: readonly string[],
  keys: readonly RegisteredKey[],
  session: JudgedSession,
): Promise<Judgement | undefined> {
  if (values.length === 0 && keys.length === 0) return undefined;
  const records: OcmfRecord[] = [];
  for (const value of values) {
    const read = readSignedValue(value);
    if (read.format === 'OCMF') records.push(read.record);
  }
  // Of another format: kept, not judged. A mixture is judged by what can be read.
  if (records.length === 0 && values.length > 0) return { verdict: 'unverifiable', reason: 'format-unknown' };
  const key = keyFor(records, keys);
  const expected = { ...session, ...(key?.meterSerial !== undefined && { meterSerial: key.meterSerial }) };
  const verdict = await judgeRecords(records, key?.key, expected);
  return {
    verdict: verdict.verdict,
    ...('reason' in verdict && { reason: verdict.reason }),
    ...('energyMilliWh' in verdict && { energyMilliWh: verdict.energyMilliWh }),
    ...(key && { meterKeyId: key.meterKeyId }),
  };
}

/**
 * The key of the meter that the records name. Where the register names another meter for the very EVSE, its key is taken all the same:
 * that the meter is another is the finding.
 */
function keyFor([first]: readonly OcmfRecord[], keys: readonly RegisteredKey[]): RegisteredKey | undefined {
  const payload = first && readPayload(first.payload);
  const serials = [payload?.meterSerial, payload?.gatewaySerial].map((serial) => serial?.toLowerCase());
  const named = keys.find(({ meterSerial }) => meterSerial !== undefined && serials.includes(meterSerial.toLowerCase()));
  return named ?? keys.find(({ meterSerial }) => meterSerial === undefined) ?? keys.find(({ ofEvse }) => ofEvse);
}

/** What a session carries of it. */
export function doubtOf({ verdict }: Judgement): Doubt | undefined {
  if (verdict === 'verified') return undefined;
  return verdict === 'wrong' ? 'signed-values-wrong' : 'signed-values-unverified';
}

/**
 * Whether a person has to look at the session. Not where no key is registered: that is one task for the station, and a thousand lines in
 * the work list would hide it.
 */
export function isForPeople({ verdict, reason }: Judgement): boolean {
  return verdict !== 'verified' && reason !== 'key-unknown';
}
