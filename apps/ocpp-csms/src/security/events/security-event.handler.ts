import type { Handler } from '../../intake/call-work.js';
import { isCritical } from './critical-events.js';

/** OCPP 1.6 security whitepaper, SecurityEventNotification: every type is taken, also one that no standard names. */
export const securityEventNotification: Handler<'SecurityEventNotification'> = async (work, { type, timestamp, techInfo }) => {
  const { tx, call, station, now } = work;
  const told = new Date(timestamp);
  const critical = isCritical(type);
  await tx.query(
    `INSERT INTO security_event (event_id, tenant_id, station_id, type, critical, tech_info, occurred_at, received_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`,
    [call.callId, station.tenantId, station.stationId, type, critical, techInfo ?? null, Number.isNaN(told.getTime()) ? now : told, now],
  );
  if (critical) work.log('station.security-event', { type });
  return {};
};
