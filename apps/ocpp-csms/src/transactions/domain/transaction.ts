import type { GroupId, IdTokenId, StationId, TenantId, TransactionId } from '@ampline/kernel-ids';
import type { Doubt } from '../../issues/reasons.js';
import type { Moment } from './moment.js';

/** A reading of the energy register. */
export interface RegisterReading {
  at: Date;
  registerWh: bigint;
}

/**
 * A transaction as OCPP knows it, and the session it is for everybody else. Begins with a StartTransaction, ends with a
 * StopTransaction or, when none comes, with an estimate that a late one corrects.
 */
export interface ChargingTransaction {
  transactionId: TransactionId;
  tenantId: TenantId;
  stationId: StationId;
  /** What the station knows it by (OCPP 1.6: transactionId). */
  ocppId: number;
  /** OCPP 1.6: connectorId. */
  connectorNumber: number;
  /** Tells transactions with the same start apart, from 0. */
  startOrdinal: number;
  idToken: string;
  idTokenId?: IdTokenId;
  groupId?: GroupId;
  groupToken?: string;
  /** What the station was answered at the begin. */
  decision: string;
  /** `invalid`: kept, but no session to be billed without a decision of a person. */
  state: 'active' | 'ended' | 'invalid';
  started: Moment;
  meterStartWh: bigint;
  /** Newest register reading known, at least the one of the begin. */
  last: RegisterReading;
  energyWh: bigint;
  end?: TransactionEnd;
  doubts: readonly Doubt[];
}

export interface TransactionEnd {
  at: Date;
  meterStopWh: bigint;
  /** True when the end or its register was set by us. */
  estimated: boolean;
  /** The station's message; absent as long as none came. */
  told?: ToldStop;
}

/** What a StopTransaction told. */
export interface ToldStop {
  ended: Moment;
  meterStopWh: bigint;
  /** How far below the register of the begin it may be without a doubt; absent: not at all. */
  slackWh?: bigint;
  /** OCPP 1.6, Reason; `Local` when the station gave none. */
  reason: string;
  idToken?: string;
  /** Identifies it: a retry has the same. */
  key: string;
}

/** What a StartTransaction told. */
export interface ToldStart {
  connectorNumber: number;
  idToken: string;
  started: Moment;
  meterStartWh: bigint;
  reservationId?: number;
  /** Identifies it: a retry has the same, and so has a later transaction of a station whose clock stands still. */
  key: string;
}

/** OCPP 1.6 §3.7: connector 0 is the station itself. A station with more than 64 connectors is none. */
export const MOST_CONNECTORS = 64;

export function isConnector(connectorNumber: number): boolean {
  return connectorNumber >= 1 && connectorNumber <= MOST_CONNECTORS;
}

export function energyBetween(meterStartWh: bigint, registerWh: bigint): bigint {
  return registerWh > meterStartWh ? registerWh - meterStartWh : 0n;
}
