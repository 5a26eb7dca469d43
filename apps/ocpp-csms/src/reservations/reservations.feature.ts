import { systemTimers } from '@ampline/kernel-time';
import { DueLoop } from '../due-loop.js';
import type { CsmsFeature, FeatureParts } from '../feature.js';
import { ReservationEffects } from './reservation-effects.js';
import { ReservationKeeper } from './reservation-keeper.js';
import { ReservationTalk } from './reservation-talk.js';
import { ReservationStore } from './reservation.store.js';
import { ReservationsGrpc } from './reservations.grpc.js';
import { Reservations } from './reservations.js';

const PACE = { inFlight: 20, lookEveryMs: 500 };
const MINUTE_MS = 60_000;

/** Reservations of EVSEs. What a session means for them, the handler of StartTransaction asks `noteStart`. */
export function reservationsFeature({ runtime, outbox, audit, commands }: FeatureParts): CsmsFeature {
  const { config, database, clock, telemetry } = runtime;
  const talk = new ReservationTalk(database, commands, outbox, clock, config.commandTimeoutMs);
  const keeper = new ReservationKeeper(database, talk, outbox, clock, telemetry, config.settingsDelayMs);
  const store = new ReservationStore(database);
  const limits = { longestMs: config.reservationLongestMin * MINUTE_MS, perToken: config.reservationsPerToken };
  const reservations = new Reservations(database, store, talk, { outbox, audit }, clock, limits);
  return {
    controllers: [ReservationsGrpc],
    providers: [
      { provide: Reservations, useValue: reservations },
      { provide: ReservationStore, useValue: store },
    ],
    parts: [new DueLoop(keeper, PACE, systemTimers, telemetry)],
    effects: new ReservationEffects(outbox).effects,
    afterBoot: keeper,
  };
}
