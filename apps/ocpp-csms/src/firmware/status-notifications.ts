import type { CallWork, Handler } from '../intake/call-work.js';
import { advance } from './domain/update.js';
import { RULE_COLUMNS, rulesOf, storeUpdate, UPDATE_COLUMNS, updateOf, type RuleRow, type UpdateRow } from './update-row.js';

const UNDER_WAY = `
  SELECT ${UPDATE_COLUMNS}, ${RULE_COLUMNS}
    FROM firmware_update u JOIN firmware_campaign c USING (campaign_id) JOIN firmware_image i USING (image_id)
   WHERE u.station_id = $1 AND u.state IN ('sending', 'accepted', 'downloading', 'downloaded', 'installing', 'installed') FOR UPDATE OF u`;

/** OCPP 1.6 §4.5. A station that was updated by other means reports too: then there is nothing to bring on. */
export const firmwareStatusNotification: Handler<'FirmwareStatusNotification'> = async (work, { status }) => {
  await told(work, status, undefined);
  return {};
};

/** Security extension, SignedFirmwareStatusNotification: the request id is left out when nothing is under way. */
export const signedFirmwareStatusNotification: Handler<'SignedFirmwareStatusNotification'> = async (work, { status, requestId }) => {
  await told(work, status, requestId);
  return {};
};

async function told(work: CallWork, status: string, requestNumber: number | undefined): Promise<void> {
  const row = await work.tx.one<UpdateRow & RuleRow>(UNDER_WAY, [work.station.stationId]);
  if (!row) return;
  const before = updateOf(row);
  const after = advance(before, { kind: 'told', at: work.now, status, requestNumber }, rulesOf(row));
  if (after === before) return;
  await storeUpdate(work.tx, row, after);
  work.log('firmware.status-told', { campaignId: row.campaign_id, status, state: after.state });
}
