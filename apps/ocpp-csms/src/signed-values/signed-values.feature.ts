import type { CsmsFeature, FeatureParts } from '../feature.js';
import { lateJudgementsLease, LateJudgements } from './late-judgements.js';
import { MeterKeyStore } from './meter-keys.store.js';
import { MeteringGrpc } from './metering.grpc.js';
import { SignedValueReads } from './signed-values.reads.js';

const LOOK_EVERY_MS = 1_000;

/** Signed meter values: keys, verdicts, and judging again what came late. */
export function signedValuesFeature({ runtime, outbox, audit }: FeatureParts): CsmsFeature {
  const { database, clock, instance, telemetry } = runtime;
  const lease = lateJudgementsLease(database, instance, telemetry);
  return {
    controllers: [MeteringGrpc],
    providers: [
      { provide: MeterKeyStore, useValue: new MeterKeyStore(database, audit, clock) },
      { provide: SignedValueReads, useValue: new SignedValueReads(database) },
    ],
    parts: [new LateJudgements({ db: database, outbox, lease, clock }, LOOK_EVERY_MS, telemetry)],
  };
}
