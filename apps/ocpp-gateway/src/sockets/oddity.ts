import type { OddityReport } from '@ampline/contracts';
import type { SocketIdentity } from './socket-identity.js';

const LONGEST_FRAME = 64 * 1024;

/** A frame that went no further, for the archive. Best effort by contract: it states no fact. */
export function oddityReport(
  identity: SocketIdentity,
  at: Date,
  o: { reason: string; frame: string; answer: string | undefined },
): OddityReport {
  const { tenantId, stationId, epoch } = identity;
  return {
    tenantId,
    stationId,
    epoch,
    at: at.toISOString(),
    reason: o.reason,
    frame: o.frame.slice(0, LONGEST_FRAME),
    ...(o.answer !== undefined && { answer: o.answer }),
  };
}
