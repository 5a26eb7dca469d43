import type { ReceivedResponse, RequestOf } from '@ampline/protocol-ocpp';
import type { Effects } from '../commands/command-effects.js';

/** Ours is always sent with the newest version; another one was sent by hand. */
const SENT_BY_HAND = `
  UPDATE local_list SET held_version = NULL, check_wanted = true, due_at = $3, status = 'pending'
   WHERE station_id = $1 AND version <> $2 AND status NOT IN ('unmanaged', 'not-supported', 'disabled')`;
const VERSION = 'UPDATE local_list SET station_version = $2 WHERE station_id = $1';

/** What answers about lists change, whoever asked: a list that was sent by hand is not what its policy wants. */
export const localListEffects: Effects = {
  SendLocalList: async (tx, { command, response, stationId, answeredAt }) => {
    const { listVersion } = command.payload as unknown as RequestOf<'SendLocalList'>;
    const { status } = response as ReceivedResponse<'SendLocalList'>;
    if (status === 'Accepted') await tx.query(SENT_BY_HAND, [stationId, listVersion, answeredAt]);
  },
  GetLocalListVersion: async (tx, { response, stationId }) => {
    const { listVersion } = response as ReceivedResponse<'GetLocalListVersion'>;
    await tx.query(VERSION, [stationId, Math.max(-1, Math.min(listVersion, 2 ** 31 - 1))]);
  },
};
