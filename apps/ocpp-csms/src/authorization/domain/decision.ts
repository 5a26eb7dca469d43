import type { GroupId, IdTokenId } from '@ampline/kernel-ids';

/** An id token as accounts told of it. */
export interface TokenRecord {
  idTokenId: IdTokenId;
  /** As issued. */
  idToken: string;
  status: 'active' | 'blocked' | 'removed';
  expiresAt?: Date;
  groupId?: GroupId;
  /** What stations know the group by (OCPP 1.6: parentIdTag). */
  groupToken?: string;
  /** May charge at several connectors at once. */
  allowConcurrent: boolean;
  /** Who holds it. */
  driverId?: string;
  /** Who answers for it. */
  organisationId?: string;
}

/** OCPP 1.6, AuthorizationStatus. */
export type AuthorizationDecision = 'Accepted' | 'Blocked' | 'Expired' | 'Invalid' | 'ConcurrentTx';

export interface DecisionContext {
  /** When the token was shown: for a start told late, the time of that start. */
  at: Date;
  tenantActive: boolean;
  /** False while the operator has not accepted the station: nothing is authorised there. */
  stationAccepted: boolean;
  /** Whether it charges at another connector already. Asked at the begin of a transaction alone (OCPP 1.6 §4.1: only StartTransaction). */
  chargesElsewhere?: boolean;
}

/** Decides on an id token; `undefined` for one that nobody issued. */
export function decide(token: TokenRecord | undefined, context: DecisionContext): AuthorizationDecision {
  if (!context.stationAccepted || token === undefined || token.status === 'removed') return 'Invalid';
  if (token.status === 'blocked' || !context.tenantActive) return 'Blocked';
  if (token.expiresAt !== undefined && token.expiresAt <= context.at) return 'Expired';
  if (context.chargesElsewhere === true && !token.allowConcurrent) return 'ConcurrentTx';
  return 'Accepted';
}

/** OCPP 1.6, IdTagInfo. */
export interface IdTagInfo {
  status: AuthorizationDecision;
  expiryDate?: string;
  parentIdTag?: string;
}

/** The answer on the wire. Expiry and group of a known token are told whatever the decision: the station's cache needs them. */
export function idTagInfo(status: AuthorizationDecision, token: TokenRecord | undefined): IdTagInfo {
  return {
    status,
    ...(token?.expiresAt !== undefined && { expiryDate: token.expiresAt.toISOString() }),
    ...(token?.groupToken !== undefined && { parentIdTag: token.groupToken }),
  };
}
