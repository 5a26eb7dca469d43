import { systemTimers } from '@ampline/kernel-time';
import { DataQualityGrpc } from '../data-quality/data-quality.grpc.js';
import { DataQualityStore } from '../data-quality/data-quality.store.js';
import type { CsmsFeature, FeatureParts } from '../feature.js';
import { ImportSteps } from './import-steps.js';
import { ImportWorker } from './import-worker.js';
import { ImportStore } from './import.store.js';
import { ImportsGrpc } from './imports.grpc.js';
import { SheetReader } from './sheet/sheet-reader.js';

/** Tables of places, stations and id tokens from files, and what is doubtful about the data that there is. */
export function importsFeature({ runtime, outbox, audit, jobs }: FeatureParts): CsmsFeature {
  const { database, clock, telemetry } = runtime;
  const store = new ImportStore(database, audit, clock);
  const steps = new ImportSteps(database, outbox, audit, clock);
  jobs.define('imports-upkeep', { cron: '40 * * * *' }, () => store.deleteAbandoned());
  return {
    controllers: [ImportsGrpc, DataQualityGrpc],
    providers: [
      { provide: ImportStore, useValue: store },
      { provide: DataQualityStore, useValue: new DataQualityStore(database, clock) },
    ],
    parts: [new ImportWorker(database, new SheetReader(systemTimers), steps, clock, systemTimers, telemetry)],
  };
}
