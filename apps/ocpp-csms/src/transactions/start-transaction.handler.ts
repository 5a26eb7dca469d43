import { momentOf } from './domain/moment.js';
import { idTagAsMeant } from '@ampline/protocol-ocpp';
import { isConnector, type ToldStart } from './domain/transaction.js';
import { idTagInfo } from '../authorization/domain/decision.js';
import { PgTokens } from '../authorization/pg-tokens.js';
import { integerColumn, Refusal, type Handler } from '../intake/call-work.js';
import { ensureConnector } from '../intake/connectors.js';
import { noteStart } from '../reservations/reservation-starts.js';
import { startKey } from './adapters/keys.js';
import { PgStationTransactions } from './adapters/pg-station-transactions.js';
import { TakeStart } from './application/take-start.js';

/** OCPP 1.6 §4.8. */
export const startTransaction: Handler<'StartTransaction'> = async (work, request) => {
  const { tx, station, outbox, now, call } = work;
  if (!Number.isSafeInteger(request.meterStart)) return new Refusal('PropertyConstraintViolation', '/meterStart is out of range');
  const told: ToldStart = {
    connectorNumber: integerColumn(request.connectorId),
    idToken: idTagAsMeant(request.idTag, station.quirks),
    started: momentOf(request.timestamp, call.receivedAt, station.meantZone),
    meterStartWh: BigInt(request.meterStart),
    ...(request.reservationId !== undefined && { reservationId: integerColumn(request.reservationId) }),
    key: startKey({ ...request, connectorNumber: request.connectorId, idToken: request.idTag }),
  };
  if (isConnector(told.connectorNumber)) {
    const { added } = await ensureConnector(tx, station, told.connectorNumber);
    work.stationChanged ||= added;
  }
  const taking = new TakeStart(new PgStationTransactions(tx, station, outbox, now), new PgTokens(tx, station.tenantId), work.workList);
  const { tenantActive, registration } = station;
  const { transaction, decision, token, repeated } = await taking.take(told, {
    tenantActive,
    stationAccepted: registration === 'accepted',
  });
  if (!repeated) await noteStart(work, transaction, told);
  work.log('session.start-taken', { sessionId: transaction.transactionId, connector: told.connectorNumber, decision, repeated });
  return { transactionId: transaction.ocppId, idTagInfo: idTagInfo(decision, token) };
};
