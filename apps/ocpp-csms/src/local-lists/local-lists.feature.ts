import { systemTimers } from '@ampline/kernel-time';
import type { CsmsFeature, FeatureParts } from '../feature.js';
import { ListKeeper } from './list-keeper.js';
import { ListSync } from './list-sync.js';
import { ListTalk } from './list-talk.js';
import { localListEffects } from './local-list-effects.js';
import { LocalListStore } from './local-list.store.js';
import { LocalLists } from './local-lists.js';
import { LocalListsGrpc } from './local-lists.grpc.js';

/** Local authorization lists. Changes of id tokens, the projection of accounts notes with `noteTokenChanges`. */
export function localListsFeature({ runtime, audit, commands }: FeatureParts): CsmsFeature {
  const { config, database, clock, telemetry } = runtime;
  const spacingMs = Math.round(60_000 / config.localListsPerMinute);
  const pace = {
    settleMs: config.localListSettleS * 1_000,
    spacingMs,
    inFlight: config.localListsInFlight,
    bootDelayMs: config.settingsDelayMs,
  };
  const talk = new ListTalk(commands, telemetry.service, config.commandTimeoutMs);
  const keeper = new ListKeeper(database, new ListSync(database, talk, clock), pace, clock, systemTimers, telemetry);
  return {
    controllers: [LocalListsGrpc],
    providers: [
      { provide: LocalLists, useValue: new LocalLists(database, audit, clock, spacingMs) },
      { provide: LocalListStore, useValue: new LocalListStore(database) },
    ],
    parts: [keeper],
    effects: localListEffects,
    afterBoot: keeper,
  };
}
