import { decide, type AuthorizationDecision, type TokenRecord } from '../../authorization/domain/decision.js';
import { planStart } from '../domain/start.js';
import { endAsEstimated } from '../domain/stop.js';
import type { ChargingTransaction, ToldStart } from '../domain/transaction.js';
import type { StationTransactions, Tokens, WorkList } from './ports.js';

export interface StartOutcome {
  transaction: ChargingTransaction;
  decision: AuthorizationDecision;
  token?: TokenRecord;
  /** It was known already. */
  repeated: boolean;
}

export interface StartCircumstances {
  tenantActive: boolean;
  stationAccepted: boolean;
}

/** Takes in a StartTransaction: recorded with an id of its own, whatever the decision on the token is (OCPP 1.6 §4.8). */
export class TakeStart {
  constructor(
    private readonly transactions: StationTransactions,
    private readonly tokens: Tokens,
    private readonly workList: WorkList,
  ) {}

  async take(told: ToldStart, circumstances: StartCircumstances): Promise<StartOutcome> {
    const same = await this.transactions.latestWithStart(told.key);
    const active = await this.transactions.active();
    const plan = planStart(told, same, active);
    if (plan.kind === 'repeated') return this.again(plan.transaction);
    for (const superseded of plan.superseded) await endWithoutStop(superseded, this.transactions, this.workList);

    const token = await this.tokens.findForStart(told.idToken);
    const chargesElsewhere =
      token?.allowConcurrent === false && (await this.transactions.chargesElsewhere(told.idToken, told.connectorNumber));
    const decision = decide(token, { ...circumstances, at: told.started.at, chargesElsewhere });
    const { startOrdinal, doubts } = plan;
    const transaction = await this.transactions.begin({ told, startOrdinal, doubts, decision, ...(token && { token }) });
    for (const reason of doubts) await this.raise(transaction, told, reason);
    await this.workList.suggestBegin(transaction);
    return { transaction, decision, ...(token && { token }), repeated: false };
  }

  private async again(transaction: ChargingTransaction): Promise<StartOutcome> {
    const token = await this.tokens.find(transaction.idToken);
    return { transaction, decision: transaction.decision as AuthorizationDecision, ...(token && { token }), repeated: true };
  }

  private async raise(transaction: ChargingTransaction, told: ToldStart, reason: ChargingTransaction['doubts'][number]): Promise<void> {
    const { transactionId, connectorNumber } = transaction;
    const detail = { connectorNumber, startedRaw: told.started.raw, meterStartWh: told.meterStartWh.toString() };
    await this.workList.raise({ reason, findingKey: `start:${transactionId}`, transactionId, detail });
  }
}

/** Ends a transaction that must be over although its stop has not come. A later one corrects it. */
export async function endWithoutStop(
  transaction: ChargingTransaction,
  transactions: StationTransactions,
  workList: WorkList,
): Promise<void> {
  const { transactionId } = transaction;
  const maxPowerW = await transactions.maxPowerW(transaction.connectorNumber);
  const ending = endAsEstimated(transaction, await transactions.newestReading(transactionId), maxPowerW);
  await transactions.end(transaction, ending);
  const detail = { meterStopWh: ending.end.meterStopWh.toString(), endedAt: ending.end.at.toISOString() };
  for (const reason of ending.raised) await workList.raise({ reason, findingKey: `missing:${transactionId}`, transactionId, detail });
}
