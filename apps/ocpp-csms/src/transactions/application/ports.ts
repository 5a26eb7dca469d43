import type { TransactionId } from '@ampline/kernel-ids';
import type { TokenRecord } from '../../authorization/domain/decision.js';
import type { Doubt, Reason } from '../../issues/reasons.js';
import type { Ending } from '../domain/stop.js';
import type { ChargingTransaction, RegisterReading, ToldStart, ToldStop } from '../domain/transaction.js';

/** A transaction that is about to be recorded. */
export interface NewTransaction {
  told: ToldStart;
  startOrdinal: number;
  doubts: ChargingTransaction['doubts'];
  decision: string;
  token?: TokenRecord;
}

/** The transactions of one station, under its row lock. What is recorded is also told (`session.started`, `session.ended`). */
export abstract class StationTransactions {
  /** The latest of those that began with the same key. */
  abstract latestWithStart(key: string): Promise<ChargingTransaction | undefined>;
  /** Of those that ended, the one that ended with this key. */
  abstract endedWith(key: string): Promise<ChargingTransaction | undefined>;
  abstract active(): Promise<ChargingTransaction[]>;
  /** Of any station: OCPP ids are unique in the installation. */
  abstract byOcppId(ocppId: number): Promise<ChargingTransaction | undefined>;
  /** Newest register reading among its meter values. */
  abstract newestReading(transactionId: TransactionId): Promise<RegisterReading | undefined>;
  /** Whether the token charges at another connector, of any station of the tenant. */
  abstract chargesElsewhere(idToken: string, connectorNumber: number): Promise<boolean>;
  /** Largest power of the connector, 0 when unknown. */
  abstract maxPowerW(connectorNumber: number): Promise<bigint>;
  abstract begin(transaction: NewTransaction): Promise<ChargingTransaction>;
  abstract end(transaction: ChargingTransaction, ending: Ending): Promise<void>;
}

/** Id tokens of the tenant, by what a station sends; compared without regard to case. */
export abstract class Tokens {
  abstract find(idToken: string): Promise<TokenRecord | undefined>;
  /** As `find`; until the end of the database transaction nobody else can begin charging with the token. */
  abstract findForStart(idToken: string): Promise<TokenRecord | undefined>;
}

export interface Finding {
  reason: Reason;
  /** The same finding about the same message is one issue. */
  findingKey: string;
  transactionId?: TransactionId;
  /** Figures for the person who resolves it; no id tokens. */
  detail?: Record<string, unknown>;
}

/** Issues that the message in work raises or settles. */
export abstract class WorkList {
  /** False when the same finding is in the list already. */
  abstract raise(finding: Finding): Promise<boolean>;
  /** Resolves open issues of these reasons: what was doubtful is known by now. */
  abstract settle(transactionId: TransactionId, reasons: readonly Reason[]): Promise<void>;
  /** Names the transaction as the possible begin of ends that waited for one. */
  abstract suggestBegin(transaction: ChargingTransaction): Promise<void>;
}

/** What is doubtful about the signed meter values of a session. */
export interface SignedFinding {
  doubt: Doubt;
  /** A person has to look at it. */
  inWorkList: boolean;
  /** What is wrong with the same session is one issue each. */
  findingKey: string;
  detail: Record<string, unknown>;
}

/** What meters have signed. */
export abstract class SignedValues {
  /** Judges the signed values of a session against the energy it ends with, and keeps the verdict. Undefined: nothing is doubtful. */
  abstract judge(transaction: ChargingTransaction, energyWh: bigint, endedAt: Date): Promise<SignedFinding | undefined>;
}

/** A stop as it arrived, with the OCPP id it names. */
export interface ArrivedStop {
  ocppId: number;
  told: ToldStop;
}
