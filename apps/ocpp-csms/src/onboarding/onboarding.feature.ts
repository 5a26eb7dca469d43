import { systemTimers } from '@ampline/kernel-time';
import { DueLoop } from '../due-loop.js';
import type { CsmsFeature, FeatureParts } from '../feature.js';
import { observeRows } from '../row-gauge.js';
import { Acceptance } from './acceptance.js';
import { OnboardingClock, OnboardingGrpc } from './onboarding.grpc.js';
import { OnboardingStore } from './onboarding.store.js';
import { OwnPasswords } from './own-passwords.js';

const PACE = { inFlight: 10, lookEveryMs: 1_000 };

/** Stations that come by themselves: what people decide on them, and passwords of their own. Whom it meets: {@link UnknownStations}. */
export function onboardingFeature({ runtime, outbox, audit, commands }: FeatureParts): CsmsFeature {
  const { database, clock, telemetry, config } = runtime;
  const timeoutMs = config.commandTimeoutMs;
  const store = new OnboardingStore(database, outbox, audit, clock);
  const acceptance = new Acceptance(store, commands, timeoutMs, telemetry);
  const passwords = new OwnPasswords({ database, commands, clock, telemetry, timeoutMs });
  const pending = observeRows(runtime, {
    name: 'csms_pending_stations',
    description: 'Stations that wait to be accepted.',
    sql: `SELECT count(*)::int AS rows FROM charging_station WHERE registration = 'pending'`,
  });
  return {
    controllers: [OnboardingGrpc],
    providers: [
      { provide: OnboardingStore, useValue: store },
      { provide: Acceptance, useValue: acceptance },
      { provide: OnboardingClock, useValue: new OnboardingClock(clock) },
    ],
    parts: [pending, acceptance, new DueLoop(passwords, PACE, systemTimers, telemetry)],
    effects: passwords.effects,
    afterBoot: passwords,
  };
}
