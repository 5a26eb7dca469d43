import type { AuditTrail } from '@ampline/platform-audit';
import type { Jobs } from '@ampline/platform-jobs';
import type { Outbox } from '@ampline/platform-outbox';
import type { ServiceRuntime } from '@ampline/platform-runner';
import type { Provider, Type } from '@nestjs/common';
import type { BackgroundPart } from './background-part.js';
import type { Effects } from './commands/command-effects.js';
import type { Commands } from './commands/commands.js';
import type { CsmsConfig } from './config.js';
import type { DesiredSettings } from './configuration/desired-settings.js';
import type { AfterBoot } from './intake/after-boot.js';
import type { WatchedStations } from './messages/watched-stations.js';

/** What every feature is made of. */
export interface FeatureParts {
  runtime: ServiceRuntime<CsmsConfig>;
  outbox: Outbox;
  audit: AuditTrail;
  watched: WatchedStations;
  commands: Commands;
  /** What stations are to have. */
  desired: DesiredSettings;
  /** Define jobs while the feature is made; they run when all features have started. */
  jobs: Jobs;
}

/** A piece of the service that lives beside the station path: what it adds to each of the service's tables. */
export interface CsmsFeature {
  controllers?: readonly Type[];
  providers?: readonly Provider[];
  /** Started in order, stopped in reverse. */
  parts?: readonly BackgroundPart[];
  /** What answers of stations change, by action. */
  effects?: Effects;
  /** Told of every accepted boot. */
  afterBoot?: AfterBoot;
}
