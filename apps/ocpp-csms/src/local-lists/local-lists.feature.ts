import { systemTimers } from '@ampline/kernel-time';
import { DueLoop } from '../due-loop.js';
import type { CsmsFeature, FeatureParts } from '../feature.js';
import { ListKeeper } from './list-keeper.js';
import { ListSync } from './list-sync.js';
import { ListTalk } from './list-talk.js';
import { localListEffects } from './local-list-effects.js';
import { LocalListStore } from './local-list.store.js';
import { LocalLists } from './local-lists.js';
import { LocalListsGrpc } from './local-lists.grpc.js';

const LOOK_EVERY_MS = 500;

/** Local authorization lists. Changes of id tokens, the projection of accounts notes with `noteTokenChanges`. */
export function localListsFeature({ runtime, audit, commands }: FeatureParts): CsmsFeature {
  const { config, database, clock, telemetry } = runtime;
  const spacingMs = Math.round(60_000 / config.localListsPerMinute);
  const pace = {
    settleMs: config.localListSettleS * 1_000,
    spacingMs,
    bootDelayMs: config.settingsDelayMs,
  };
  const talk = new ListTalk(commands, telemetry.service, config.commandTimeoutMs);
  const keeper = new ListKeeper(database, new ListSync(database, talk, clock), pace, clock, telemetry);
  return {
    controllers: [LocalListsGrpc],
    providers: [
      { provide: LocalLists, useValue: new LocalLists(database, audit, clock, spacingMs) },
      { provide: LocalListStore, useValue: new LocalListStore(database) },
    ],
    parts: [new DueLoop(keeper, { inFlight: config.localListsInFlight, lookEveryMs: LOOK_EVERY_MS }, systemTimers, telemetry)],
    effects: localListEffects,
    afterBoot: keeper,
  };
}
