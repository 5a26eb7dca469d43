import { systemTimers } from '@ampline/kernel-time';
import { DueLoop } from '../due-loop.js';
import type { CsmsFeature, FeatureParts } from '../feature.js';
import { CommandRunsGrpc } from './command-runs.grpc.js';
import { CommandRunStore } from './run-store.js';
import { CommandRunWorker } from './run-worker.js';

/** Stations that one replica is at, of all runs. */
const PACE = { inFlight: 200, lookEveryMs: 500 };

/** One command over many stations. */
export function commandRunsFeature({ runtime: { database, clock, telemetry }, commands, audit }: FeatureParts): CsmsFeature {
  return {
    controllers: [CommandRunsGrpc],
    providers: [{ provide: CommandRunStore, useValue: new CommandRunStore(database, commands, audit, clock) }],
    parts: [new DueLoop(new CommandRunWorker(database, commands, clock), PACE, systemTimers, telemetry)],
  };
}
