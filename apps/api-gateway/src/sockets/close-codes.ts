import { CloseCode } from 'graphql-ws';

/**
 * How a socket is closed; README of api-gateway, Live. Clients of graphql-ws come back by themselves after every code but `refused` and
 * those of its own protocol errors.
 */
export const Close = {
  /** The replica stops: come back, another one answers. */
  goingAway: { code: 1001, reason: 'Going away' },
  /** The credential does not hold. Not before somebody has logged in again. */
  refused: { code: CloseCode.Unauthorized, reason: 'Unauthorized' },
  /** The credential has ended, or what its owner may do has changed: come back with a fresh one. */
  renew: { code: CloseCode.Forbidden, reason: 'Come back with a fresh credential' },
  /** Nobody can tell whether the credential holds, or there are too many: come back later. */
  later: { code: 1013, reason: 'Try again later' },
} as const;
export type Close = (typeof Close)[keyof typeof Close];
