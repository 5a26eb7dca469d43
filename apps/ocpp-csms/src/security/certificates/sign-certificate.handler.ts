import { uuidv7 } from '@ampline/kernel-ids';
import type { Handler } from '../../intake/call-work.js';
import { judgeCsr } from './csr.js';

/** What is waited for is the newest request alone: the station has the key of that one. */
const SUPERSEDE = `UPDATE certificate_request SET state = 'superseded', due_at = NULL WHERE station_id = $1 AND state = 'waiting'`;
const STORE = `
  INSERT INTO certificate_request (request_id, tenant_id, station_id, csr, subject, key_type, state, reason, asked_at, decided_at, due_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`;

/**
 * OCPP 1.6 security whitepaper, SignCertificate. Accepted means that somebody will sign: our own authority soon, or else an operator
 * who takes the request to another one. A request that will not do is kept with its reason.
 */
export const signCertificate: Handler<'SignCertificate'> = async (work, { csr }) => {
  const { tx, station, now } = work;
  const row = await tx.one<{ serial_number: string | null; issues: boolean }>(
    `SELECT s.serial_number,
            EXISTS (SELECT FROM certificate_authority a WHERE a.tenant_id = s.tenant_id AND a.issues AND a.trusted AND a.not_after > $2) AS issues
       FROM charging_station s WHERE s.station_id = $1`,
    [station.stationId, now],
  );
  const judged = await judgeCsr(csr, { identity: station.identity, serialNumber: row?.serial_number ?? null });
  if (judged.ok) await tx.query(SUPERSEDE, [station.stationId]);
  await tx.query(STORE, [
    uuidv7(),
    station.tenantId,
    station.stationId,
    csr,
    judged.subject,
    judged.keyType,
    ...(judged.ok ? ['waiting', null, now, null, row?.issues === true ? now : null] : ['refused', judged.reason, now, now, null]),
  ]);
  work.log('certificate.requested', { keyType: judged.keyType, ...(judged.ok ? {} : { refused: judged.reason }) });
  return { status: judged.ok ? 'Accepted' : 'Rejected' };
};
