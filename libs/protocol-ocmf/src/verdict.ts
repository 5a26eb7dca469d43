import { readPayload, type OcmfPayload, type SignedReading } from './payload.js';
import { keyObject, type MeterPublicKey } from './public-key.js';
import type { OcmfRecord } from './record.js';
import { isSignedBy, readSignature, type SignatureProblem } from './signature.js';

/** Why the signed values of a session cannot be judged. Nothing is known to be wrong with them. */
export type Unverifiable =
  'no-record' | 'format-unknown' | 'algorithm-unknown' | 'key-unknown' | 'begin-missing' | 'end-missing' | 'records-missing';

/** Why the signed values of a session must not be billed. */
export type Wrong =
  | 'payload-unreadable'
  | 'signature-unreadable'
  | 'signature-wrong'
  | 'meter-changed'
  | 'meter-not-the-keys'
  | 'records-contradict'
  | 'meter-status'
  | 'energy-unusable'
  | 'register-changed'
  | 'register-not-import'
  | 'unit-not-energy'
  | 'ends-before-begin'
  | 'went-back'
  | 'energy-differs'
  | 'identification-differs';

/** What the signed values of a session are worth. */
export type SignedVerdict =
  | { verdict: 'verified'; begin: SignedReading; end: SignedReading; energyMilliWh: bigint }
  | { verdict: 'unverifiable'; reason: Unverifiable }
  | { verdict: 'wrong'; reason: Wrong };

/** What a record must agree with. */
export interface Expected {
  /** Energy that the session is recorded with, Wh. */
  energyWh: bigint;
  /** Id token of the session; compared without regard to case. */
  idToken: string;
  /** Meter that the key belongs to; absent: not registered by its number. */
  meterSerial?: string;
}

/** OBIS of imported active energy: 1.8.x of any medium and channel, and the transaction registers 98.8.x and B2, B3 of meter makers. */
const IMPORT_REGISTER = /^\d+-(?:\d+|b):(?:1\.8\.\d+|98\.8\.\d+|B[23]\.8\.\d+)(?:[*.]\w+)?$/i;
const ENDS = new Set(['E', 'L', 'R', 'A', 'P']);
/** Whole watt-hours at begin and end, each rounded or cut off. */
const TOLERANCE_MILLI_WH = 1_000n;
/** OCMF, table 17: what names the same thing as an id token of OCPP. */
const TOKEN_TYPES = new Set(['ISO14443', 'ISO15693']);

/**
 * Judges the signed records of a session (OCMF, "Signing and Verification Process"): each signed by the meter's key, all of one meter,
 * without a gap, the first reading a begin and the last an end, none unusable, and their difference the energy that was recorded.
 * @param records in any order; begin and end in one record or in several
 * @param key of the meter, from a register and never from the message
 */
export async function judgeRecords(
  records: readonly OcmfRecord[],
  key: MeterPublicKey | undefined,
  expected: Expected,
): Promise<SignedVerdict> {
  if (records.length === 0) return { verdict: 'unverifiable', reason: 'no-record' };
  if (key === undefined) return { verdict: 'unverifiable', reason: 'key-unknown' };
  const signer = { algorithm: key.algorithm, key: keyObject(key) };
  const payloads: OcmfPayload[] = [];
  for (const record of withoutRepetitions(records)) {
    const problem = await signatureProblem(record, signer);
    if (problem === 'algorithm-unknown') return { verdict: 'unverifiable', reason: problem };
    if (problem !== undefined) return { verdict: 'wrong', reason: problem };
    const payload = readPayload(record.payload);
    if (!payload) return { verdict: 'wrong', reason: 'payload-unreadable' };
    payloads.push(payload);
  }
  return judgePayloads(inOrder(payloads), expected);
}

/** Stations deliver the same record in MeterValues and in StopTransaction. */
function withoutRepetitions(records: readonly OcmfRecord[]): OcmfRecord[] {
  return [...new Map(records.map((record) => [record.payload, record])).values()];
}

async function signatureProblem(
  record: OcmfRecord,
  signer: Parameters<typeof isSignedBy>[0],
): Promise<SignatureProblem | 'signature-wrong' | undefined> {
  const signature = readSignature(record.signature);
  if ('problem' in signature) return signature.problem;
  return (await isSignedBy(signer, record, signature)) ? undefined : 'signature-wrong';
}

/** By pagination. Readings of the fiscal context say nothing about a session. */
function inOrder(payloads: readonly OcmfPayload[]): OcmfPayload[] {
  const ofTransaction = payloads.filter((payload) => payload.context === 'T');
  return ofTransaction.toSorted((a, b) => (a.pagination < b.pagination ? -1 : a.pagination > b.pagination ? 1 : 0));
}

function judgePayloads(payloads: readonly OcmfPayload[], expected: Expected): SignedVerdict {
  const inconsistency = inconsistencyOf(payloads, expected);
  if (inconsistency !== undefined) return { verdict: 'wrong', reason: inconsistency };
  const readings = payloads.flatMap((payload) => payload.readings);
  const [begin] = readings;
  const end = readings.at(-1);
  if (payloads.length === 0) return { verdict: 'unverifiable', reason: 'no-record' };
  if (begin?.reason !== 'B') return { verdict: 'unverifiable', reason: 'begin-missing' };
  if (end === undefined || !ENDS.has(end.reason ?? '')) return { verdict: 'unverifiable', reason: 'end-missing' };
  // OCMF, "Signing and Verification Process": no record may have been removed in between.
  const complete = payloads.every((payload, i) => i === 0 || payload.pagination === (payloads[i - 1]?.pagination ?? 0n) + 1n);
  return complete ? judgeReadings(begin, end, readings, expected) : { verdict: 'unverifiable', reason: 'records-missing' };
}

function inconsistencyOf(payloads: readonly OcmfPayload[], { meterSerial, idToken }: Expected): Wrong | undefined {
  const [first] = payloads;
  const sameMeter = payloads.every((p) => p.meterSerial === first?.meterSerial && p.gatewaySerial === first?.gatewaySerial);
  if (!sameMeter) return 'meter-changed';
  const serials = [first?.meterSerial, first?.gatewaySerial].map((serial) => serial?.toLowerCase());
  if (meterSerial !== undefined && !serials.includes(meterSerial.toLowerCase())) return 'meter-not-the-keys';
  if (payloads.some((payload, i) => payload.pagination === payloads[i - 1]?.pagination)) return 'records-contradict';
  const stranger = payloads.some(
    (p) => TOKEN_TYPES.has(p.identificationType ?? '') && p.identification !== undefined && !sameToken(p.identification, idToken),
  );
  return stranger ? 'identification-differs' : undefined;
}

/** Meters pad a UID or write it with separators. */
function sameToken(named: string, idToken: string): boolean {
  const bare = (text: string) => text.replace(/[\s:-]/g, '').toLowerCase();
  return bare(named) === bare(idToken);
}

function judgeReadings(begin: SignedReading, end: SignedReading, readings: readonly SignedReading[], expected: Expected): SignedVerdict {
  const wrong = (reason: Wrong): SignedVerdict => ({ verdict: 'wrong', reason });
  if ([begin, end].some((reading) => reading.meterStatus !== 'G')) return wrong('meter-status');
  if (readings.some((reading) => reading.errorFlags.includes('E') || reading.reason === 'X')) return wrong('energy-unusable');
  if (begin.register !== end.register) return wrong('register-changed');
  if (begin.register !== undefined && !IMPORT_REGISTER.test(begin.register)) return wrong('register-not-import');
  if (begin.energyMilliWh === undefined || end.energyMilliWh === undefined || begin.unit !== end.unit) return wrong('unit-not-energy');
  if (end.at < begin.at) return wrong('ends-before-begin');
  const energyMilliWh = end.energyMilliWh - begin.energyMilliWh;
  if (energyMilliWh < 0n) return wrong('went-back');
  const difference = energyMilliWh - expected.energyWh * 1_000n;
  if (difference > TOLERANCE_MILLI_WH || difference < -TOLERANCE_MILLI_WH) return wrong('energy-differs');
  return { verdict: 'verified', begin, end, energyMilliWh };
}
