import { systemTimers } from '@ampline/kernel-time';
import type { CsmsFeature, FeatureParts } from '../feature.js';
import { CommandRunsGrpc } from './command-runs.grpc.js';
import { CommandRunStore } from './run-store.js';
import { CommandRunWorker } from './run-worker.js';

/** One command over many stations. */
export function commandRunsFeature({ runtime: { database, clock, telemetry }, commands, audit }: FeatureParts): CsmsFeature {
  return {
    controllers: [CommandRunsGrpc],
    providers: [{ provide: CommandRunStore, useValue: new CommandRunStore(database, commands, audit, clock) }],
    parts: [new CommandRunWorker(database, commands, clock, systemTimers, telemetry)],
  };
}
