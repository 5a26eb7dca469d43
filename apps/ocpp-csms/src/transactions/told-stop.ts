import { DEFAULT_STOP_REASON, type ReceivedRequest } from '@ampline/protocol-ocpp';
import { stopKey } from './adapters/keys.js';
import { momentOf } from './domain/moment.js';
import type { ToldStop } from './domain/transaction.js';

/** What a StopTransaction says. */
export function toldStop(request: ReceivedRequest<'StopTransaction'>, receivedAt: Date): ToldStop {
  return {
    ended: momentOf(request.timestamp, receivedAt),
    meterStopWh: BigInt(request.meterStop),
    reason: request.reason ?? DEFAULT_STOP_REASON,
    ...(request.idTag !== undefined && { idToken: request.idTag }),
    key: stopKey(request),
  };
}
