import { createHash } from 'node:crypto';
import {
  ErrorCode,
  StandardResolutionReasons,
  type EvaluationContext,
  type JsonValue,
  type Provider,
  type ResolutionDetails,
} from '@openfeature/server-sdk';

const BUCKETS = 100;

/**
 * OpenFeature provider of one tenant's features. Made for each evaluation with what the tenant has set: it keeps nothing, and nothing of
 * OpenFeature's global state is used. `targetingKey` of the context is the caller.
 */
export class TenantFlagProvider implements Provider {
  readonly metadata = { name: 'ampline-tenant-flags' };
  readonly runsOn = 'server';

  /** `percentages`: share of the callers who have a feature, by key. */
  constructor(private readonly percentages: ReadonlyMap<string, number>) {}

  resolveBooleanEvaluation(key: string, defaultValue: boolean, { targetingKey }: EvaluationContext): Promise<ResolutionDetails<boolean>> {
    const percentage = this.percentages.get(key);
    if (percentage === undefined)
      return Promise.resolve({ value: defaultValue, reason: StandardResolutionReasons.ERROR, errorCode: ErrorCode.FLAG_NOT_FOUND });
    const shared = percentage > 0 && percentage < BUCKETS;
    const reason = shared ? StandardResolutionReasons.SPLIT : StandardResolutionReasons.STATIC;
    return Promise.resolve({ value: bucketOf(key, targetingKey ?? '') < percentage, reason });
  }

  resolveStringEvaluation(_key: string, value: string): Promise<ResolutionDetails<string>> {
    return noSuchType(value);
  }

  resolveNumberEvaluation(_key: string, value: number): Promise<ResolutionDetails<number>> {
    return noSuchType(value);
  }

  resolveObjectEvaluation<T extends JsonValue>(_key: string, value: T): Promise<ResolutionDetails<T>> {
    return noSuchType(value);
  }
}

/** The same caller falls into the same bucket of a feature each time, and into another one of the next feature: 0 to 99. */
export function bucketOf(key: string, subject: string): number {
  return createHash('sha256').update(`${key}\0${subject}`).digest().readUInt32BE() % BUCKETS;
}

function noSuchType<T>(value: T): Promise<ResolutionDetails<T>> {
  return Promise.resolve({ value, reason: StandardResolutionReasons.ERROR, errorCode: ErrorCode.TYPE_MISMATCH });
}
