import { decide, idTagInfo } from '../authorization/domain/decision.js';
import { PgTokens } from '../authorization/pg-tokens.js';
import { idTagAsMeant } from '@ampline/protocol-ocpp';
import { Refusal, type CallWork, type Handler } from '../intake/call-work.js';
import { meterValueRows, writeMeterValues } from '../metering/meter-value-rows.js';
import { PgSignedValues, writeSignedValues } from '../signed-values/adapters/pg-signed-values.js';
import { PgStationTransactions } from './adapters/pg-station-transactions.js';
import { TakeStop } from './application/take-stop.js';
import type { ChargingTransaction } from './domain/transaction.js';
import { toldStop } from './told-stop.js';

/** OCPP 1.6 §4.10. Answered whatever it names. */
export const stopTransaction: Handler<'StopTransaction'> = async (work, request) => {
  const { tx, station, outbox, now, call } = work;
  if (!Number.isSafeInteger(request.meterStop)) return new Refusal('PropertyConstraintViolation', '/meterStop is out of range');
  const transactions = new PgStationTransactions(tx, station, outbox, now);
  const arrived = { ocppId: request.transactionId, told: toldStop(request, call.receivedAt, station) };
  const readings = request.transactionData ?? [];
  const store = async (transaction: ChargingTransaction | undefined): Promise<void> => {
    const connectorNumber = transaction?.connectorNumber ?? 0;
    const rows = meterValueRows({ call, connectorNumber, session: transaction ?? null, readings, manners: station });
    await writeMeterValues(tx, rows);
    await writeSignedValues(tx, rows);
  };
  const taking = new TakeStop(
    transactions,
    work.workList,
    new PgSignedValues(tx),
    store,
    station.quirks.has('stop_with_random_transaction_id'),
  );
  const outcome = await taking.take(station.stationId, arrived);
  work.log('session.stop-taken', { outcome: outcome.kind, ...('transactionId' in outcome && { sessionId: outcome.transactionId }) });
  return request.idTag === undefined ? {} : { idTagInfo: await infoOf(work, idTagAsMeant(request.idTag, station.quirks)) };
};

async function infoOf({ tx, station, now }: CallWork, idTag: string): Promise<ReturnType<typeof idTagInfo>> {
  const token = await new PgTokens(tx, station.tenantId).find(idTag);
  const { tenantActive, registration } = station;
  return idTagInfo(decide(token, { at: now, tenantActive, stationAccepted: registration === 'accepted' }), token);
}
