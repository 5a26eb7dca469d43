import { systemTimers } from '@ampline/kernel-time';
import type { CsmsFeature, FeatureParts } from '../feature.js';
import { BackEndStore } from './back-ends.store.js';
import { BusAccounts } from './bus-accounts.js';
import { ForeignArchive } from './foreign-archive.js';
import { MqttUserStore } from './mqtt-users.store.js';
import { Orders } from './orders.js';
import { OutsideSecrets } from './outside-secrets.js';
import { ProxyStates } from './proxy-states.js';
import { RoutingAnnouncer } from './routing-announcer.js';
import { RoutingGrpc } from './routing.grpc.js';
import { RoutingStore } from './routing.store.js';
import { KeyCipher } from '@ampline/platform-runner';
import { StationRoutings } from './station-routings.js';
import { Webhooks } from './webhooks.js';

/** Purpose of the key that passwords of second CSMSs are encrypted with. */
export const ROUTING_SECRETS = 'routing';

/** Foreign back ends, MQTT users, and second CSMSs. */
export function routingFeature({ runtime, outbox, audit, watched, commands }: FeatureParts): CsmsFeature {
  const { config, database: db, bus, clock, telemetry, mqttTopics: topics } = runtime;
  const secrets = new OutsideSecrets((purpose) => runtime.secretFor(purpose));
  const box = new KeyCipher(runtime.secretFor(ROUTING_SECRETS));
  const accounts = new BusAccounts({ file: config.busAccountsFile, topics, db, secrets, timers: systemTimers }, telemetry);
  const announcer = new RoutingAnnouncer(new StationRoutings(db, box), bus, clock, systemTimers, telemetry.logger);
  return {
    controllers: [RoutingGrpc],
    providers: [
      { provide: BackEndStore, useValue: new BackEndStore({ db, audit, secrets, accounts, clock }) },
      { provide: MqttUserStore, useValue: new MqttUserStore({ db, audit, secrets, accounts, bus, clock }) },
      { provide: RoutingStore, useValue: new RoutingStore({ db, outbox, audit, secrets: box, announcer, clock }, topics) },
    ],
    parts: [
      accounts,
      announcer,
      new ForeignArchive(bus, db, watched),
      new ProxyStates(bus, db),
      new Orders(bus, db, commands, clock, config.commandTimeoutMs),
      new Webhooks({ bus, db, secrets, clock }, telemetry),
    ],
  };
}
