import { connectorAsMeant, type ReceivedRequest } from '@ampline/protocol-ocpp';
import { momentOf, type Moment } from '../../transactions/domain/moment.js';
import { isConnector } from '../../transactions/domain/transaction.js';
import type { CallWork, Handler } from '../call-work.js';
import { ensureConnector, type Connector } from '../connectors.js';

/** Availability that was scheduled (OCPP 1.6 §5.2) has come true when the status says so. */
const UPDATE = `
  UPDATE connector SET status = $2, error_code = $3, info = $4, vendor_error_code = $5, status_at = $6,
    operative = CASE WHEN operative_scheduled = ($2 <> 'Unavailable') THEN operative_scheduled ELSE operative END,
    operative_scheduled = CASE WHEN operative_scheduled = ($2 <> 'Unavailable') THEN NULL ELSE operative_scheduled END
  WHERE connector_id = $1`;
const CLOCK = `UPDATE charging_station SET clock_offset_ms = $2 WHERE station_id = $1`;

/**
 * OCPP 1.6 §4.9. A report older than the one we have (it waited in the station's queue) changes nothing. Connector 0 is the station
 * itself, whose faults and availability its connectors report too.
 */
export const statusNotification: Handler<'StatusNotification'> = async (work, request) => {
  const connectorNumber = connectorAsMeant(request.connectorId, work.station.quirks);
  if (!isConnector(connectorNumber)) return {};
  const reported = reportedAt(request, work);
  const connector = await ensureConnector(work.tx, work.station, connectorNumber);
  work.stationChanged ||= connector.added;
  if (connector.statusAt !== null && reported.at < connector.statusAt) return {};
  await store(work, request, connector, reported);
  return {};
};

async function store(
  work: CallWork,
  request: ReceivedRequest<'StatusNotification'>,
  connector: Connector,
  reported: Moment,
): Promise<void> {
  const { status, errorCode, info, vendorErrorCode, timestamp } = request;
  await work.tx.query(UPDATE, [connector.connectorId, status, errorCode, info ?? null, vendorErrorCode ?? null, reported.at]);
  work.stationChanged ||= status !== connector.status || errorCode !== connector.errorCode;
  const offsetMs = reported.at.getTime() - reported.receivedAt.getTime();
  // A report from the station's queue says nothing about its clock.
  if (timestamp !== undefined && reported.clock === 'plausible' && Math.abs(offsetMs) < QUEUED_MS) {
    await work.tx.query(CLOCK, [work.station.stationId, offsetMs]);
  }
}

const QUEUED_MS = 300_000;

function reportedAt({ timestamp }: ReceivedRequest<'StatusNotification'>, { call, station }: CallWork): Moment {
  return momentOf(timestamp ?? call.receivedAt.toISOString(), call.receivedAt, station.meantZone);
}
