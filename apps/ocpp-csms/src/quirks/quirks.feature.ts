import type { CsmsFeature, FeatureParts } from '../feature.js';
import { CatalogueRestatement } from './catalogue-restatement.js';
import { QuirksGrpc } from './quirks.grpc.js';
import { QuirkStore } from './quirks.store.js';

/** Vendor quirks: the catalogue, and what operators decide for single stations. */
export function quirksFeature({ runtime, outbox, audit }: FeatureParts): CsmsFeature {
  const { database, clock, telemetry } = runtime;
  return {
    controllers: [QuirksGrpc],
    providers: [{ provide: QuirkStore, useValue: new QuirkStore(database, outbox, audit, clock) }],
    parts: [new CatalogueRestatement(database, outbox, clock, telemetry)],
  };
}
