import type { TransactionId } from '@ampline/kernel-ids';
import type { Outbox } from '@ampline/platform-outbox';
import type { Tx } from '@ampline/platform-postgres';
import { parseFrame, validateInbound } from '@ampline/protocol-ocpp';
import { ensureConnector } from '../intake/connectors.js';
import type { LockedStation } from '../intake/locked-station.js';
import { PgTokens } from '../authorization/pg-tokens.js';
import { payloadDigest } from '../intake/payload-digest.js';
import { decide } from '../authorization/domain/decision.js';
import type { PgStationTransactions } from '../transactions/adapters/pg-station-transactions.js';
import { applyStop } from '../transactions/application/apply-stop.js';
import { ABOUT_THE_END, endAsDecided, endAsTold } from '../transactions/domain/stop.js';
import { tellStations } from '../stations/station-state.js';
import { isConnector, type ToldStart, type ToldStop } from '../transactions/domain/transaction.js';
import { toldStop } from '../transactions/told-stop.js';
import { issueErrors } from './errors.js';
import type { QuestionedRow } from './issue-resolution.js';
import type { PgWorkList } from './pg-work-list.js';

/** A decision in work: one database transaction, with the station's row locked. */
export interface ResolutionWork {
  tx: Tx;
  station: LockedStation;
  issue: QuestionedRow;
  transactions: PgStationTransactions;
  workList: PgWorkList;
  outbox: Outbox;
  now: Date;
}

const ATTACH_READINGS = `
  UPDATE meter_value SET transaction_id = $3, connector_number = $4
   WHERE received_at = $1 AND message_uuid = $2 AND transaction_id IS NULL`;

/** The stop ends this session of the same station, whatever ended it before. */
export async function attachStop(work: ResolutionWork, sessionId: string): Promise<string> {
  const { transactions } = work;
  const transaction = await transactions.byId(sessionId);
  if (transaction === undefined) throw issueErrors.sessionUnknown({ sessionId });
  const told = stopOf(work);
  await attachReadings(work, transaction.transactionId, transaction.connectorNumber);
  const ending = endAsTold(transaction, told, await transactions.maxPowerW(transaction.connectorNumber));
  await applyStop(transaction, told, ending, work);
  return transaction.transactionId;
}

/** The session that the issue is about ended at this register. */
export async function closeSession({ issue, transactions, workList, now }: ResolutionWork, meterStopWh: bigint): Promise<string> {
  const transaction = issue.transaction_id === null ? undefined : await transactions.byId(issue.transaction_id);
  if (transaction === undefined) throw issueErrors.sessionUnknown({ issueId: issue.issue_id });
  if (transaction.end === undefined) throw issueErrors.sessionActive({ sessionId: transaction.transactionId });
  if (meterStopWh < 0n) throw issueErrors.badRegister();
  await transactions.end(transaction, endAsDecided(transaction, meterStopWh, now));
  await workList.settle(
    transaction.transactionId,
    [...ABOUT_THE_END].filter((reason) => reason !== issue.reason),
  );
  return transaction.transactionId;
}

/** A session of its own for a stop whose start never came. When it began is not known: it has no duration. */
export async function createSession(
  work: ResolutionWork,
  { meterStartWh, evseNumber }: { meterStartWh: bigint; evseNumber: number },
): Promise<string> {
  const { tx, station, issue, transactions } = work;
  const stop = stopOf(work);
  if (meterStartWh < 0n || meterStartWh > stop.meterStopWh) throw issueErrors.badRegister();
  if (!isConnector(evseNumber)) throw issueErrors.badEvse({ evseNumber });
  const { added } = await ensureConnector(tx, station, evseNumber);
  if (added) await tellStations(tx, work.outbox, [station.stationId], work.now);
  const told: ToldStart = {
    connectorNumber: evseNumber,
    idToken: stop.idToken ?? '',
    started: stop.ended,
    meterStartWh,
    key: payloadDigest('created', issue.issue_id).toString('hex'),
  };
  const token = await new PgTokens(tx, station.tenantId).find(told.idToken);
  const decision = decide(token, {
    at: stop.ended.at,
    tenantActive: station.tenantActive,
    stationAccepted: station.registration === 'accepted',
  });
  const begun = await transactions.begin({ told, startOrdinal: 0, doubts: [], decision, ...(token && { token }) });
  await attachReadings(work, begun.transactionId, evseNumber);
  const ending = endAsTold(begun, stop, 0n);
  // A person has looked at it: nothing is left in doubt, but its begin was not told by the station.
  await transactions.end(begun, { ...ending, doubts: [], end: { ...ending.end, estimated: true } });
  return begun.transactionId;
}

async function attachReadings({ tx, issue }: ResolutionWork, transactionId: TransactionId, connectorNumber: number): Promise<void> {
  await tx.query(ATTACH_READINGS, [issue.message_received_at, issue.message_uuid, transactionId, connectorNumber]);
}

/** The stop that the issue is about; lenient, like the intake. */
function stopOf({ issue, station }: ResolutionWork): ToldStop {
  const frame = parseFrame(issue.frame, { maxBytes: Infinity });
  if (frame.kind !== 'call' || frame.action !== 'StopTransaction') throw issueErrors.noStop({ issueId: issue.issue_id });
  const judged = validateInbound('StopTransaction', 'request', frame.payload, 'lenient');
  if (!judged.ok || !Number.isSafeInteger(judged.payload.meterStop)) throw issueErrors.noStop({ issueId: issue.issue_id });
  return toldStop(judged.payload, issue.message_received_at, station);
}
