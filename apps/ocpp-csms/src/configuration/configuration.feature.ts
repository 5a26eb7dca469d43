import { systemTimers } from '@ampline/kernel-time';
import { DueLoop } from '../due-loop.js';
import type { CsmsFeature, FeatureParts } from '../feature.js';
import { observeRows } from '../row-gauge.js';
import { ConfigurationReader } from './configuration-reader.js';
import { ConfigurationGrpc } from './configuration.grpc.js';
import { ConfigurationStore } from './configuration.store.js';
import { IS_DRIFTED, REPORTED_JOIN } from './drift.js';
import { IdleResets } from './idle-resets.js';
import { TemplatePreview } from './preview.js';
import { reportedSettings } from './reported-settings.js';
import { TemplateResolver } from './template-resolver.js';
import { TemplateStore } from './template-store.js';

const LOOK_EVERY_MS = 1_000;
const IDLE_RESETS = { inFlight: 20, lookEveryMs: 5_000 };
const HOUR_MS = 3_600_000;

/** What stations report of their settings, the templates that say what they are to be, and drift between the two. */
export function configurationFeature({ runtime, audit, commands, desired }: FeatureParts): CsmsFeature {
  const { database, clock, telemetry, config } = runtime;
  const timers = systemTimers;
  const reader = new ConfigurationReader(
    { database, commands, clock, telemetry },
    {
      delayMs: config.configurationReadDelayMs,
      everyMs: config.configurationReadEveryH * HOUR_MS,
      inFlight: config.settingsInFlight,
      timeoutMs: config.commandTimeoutMs,
    },
  );
  const drifted = observeRows(runtime, {
    name: 'csms_drifted_stations',
    description: 'Stations that report another configuration than is desired of them.',
    sql: `SELECT count(DISTINCT t.station_id)::int AS rows FROM station_setting t JOIN ${REPORTED_JOIN} WHERE ${IS_DRIFTED}`,
  });
  return {
    controllers: [ConfigurationGrpc],
    providers: [
      { provide: ConfigurationStore, useValue: new ConfigurationStore(database, audit, clock) },
      { provide: TemplateStore, useValue: new TemplateStore(database, audit, clock) },
      { provide: TemplatePreview, useValue: new TemplatePreview(database, desired) },
    ],
    parts: [
      drifted,
      new DueLoop(reader, { inFlight: config.settingsInFlight, lookEveryMs: LOOK_EVERY_MS }, timers, telemetry),
      new TemplateResolver(database, desired, timers, telemetry),
      new DueLoop(new IdleResets(database, commands, config.commandTimeoutMs, telemetry), IDLE_RESETS, timers, telemetry),
    ],
    effects: reportedSettings,
    afterBoot: reader,
  };
}
