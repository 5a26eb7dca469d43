import { DEFAULT_STOP_REASON, idTagAsMeant, meterStopAsMeant, type ReceivedRequest } from '@ampline/protocol-ocpp';
import type { Manners } from '../intake/station-manners.js';
import { stopKey } from './adapters/keys.js';
import { momentOf } from './domain/moment.js';
import type { ToldStop } from './domain/transaction.js';

/** By which an end may be below its begin at a station that rounds them differently. */
const ROUNDING_WH = 10n;

/** What a StopTransaction says. */
export function toldStop(request: ReceivedRequest<'StopTransaction'>, receivedAt: Date, { quirks, meantZone }: Manners): ToldStop {
  return {
    ended: momentOf(request.timestamp, receivedAt, meantZone),
    meterStopWh: BigInt(meterStopAsMeant(request, quirks)),
    ...(quirks.has('meter_stop_rounded_down') && { slackWh: ROUNDING_WH }),
    reason: request.reason ?? DEFAULT_STOP_REASON,
    ...(request.idTag !== undefined && { idToken: idTagAsMeant(request.idTag, quirks) }),
    key: stopKey(request),
  };
}
