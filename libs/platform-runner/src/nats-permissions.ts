import { factStream, LiveSubject, MqttTopic, servicesSubject, StationPathSubject } from '@ampline/contracts';
import { durableSubjects, inboxPrefix, streamOwnerSubjects } from '@ampline/platform-nats';
import { derivedPassword } from './installation.js';
import { BACK_ENDS, FROM_STATION, lines, SERVICES, STATIONS, userLine } from './outside-accounts.js';
import type { AnyServiceDefinition } from './service-definition.js';

/** What one service's bus user may do. */
export interface NatsUser {
  user: string;
  publish: string[];
  subscribe: string[];
  /** Whether it may answer the requests it gets. */
  answers: boolean;
}

/** The bus users of an installation: each may do what its definition says and nothing else. */
export function natsUsers(definitions: readonly AnyServiceDefinition[]): NatsUser[] {
  return definitions.map((definition) => {
    const consumed = [...new Set(definition.facts.consumes.map((fact) => fact.context))];
    const publishes = definition.facts.publishes.length > 0;
    const jetStream = publishes || consumed.length > 0 ? ['$JS.API.INFO'] : [];
    const own = publishes
      ? [`fact.${definition.context}.>`, `outbox.wake.${definition.context}`, ...streamOwnerSubjects(factStream(definition.context))]
      : [];
    return {
      user: definition.name,
      publish: [
        ...definition.nats.publish,
        LiveSubject.beat(definition.name),
        ...own,
        ...jetStream,
        ...consumed.flatMap((context) => durableSubjects(factStream(context), definition.name)),
      ],
      subscribe: [
        `${inboxPrefix(definition.name)}.>`,
        ...definition.nats.subscribe,
        ...(publishes ? [`outbox.wake.${definition.context}`] : []),
      ],
      answers: definition.nats.answers === true,
    };
  });
}

/** What a server needs to know to let stations in over MQTT, and foreign back ends. */
export interface OutsideAccounts {
  /** Forms of the topics of MQTT stations. */
  topics: readonly string[];
  /** What {@link outsideAccounts} made, as a file that the server includes, relative to its configuration: it changes while the server runs. */
  file: string;
  /** Absent: the MQTT listener is off. */
  listener?: { host: string; port: number };
}

/**
 * Accounts of nats-server's configuration: one of the services, each user limited to what its definition says; and with `outside` those
 * of MQTT stations and foreign back ends, which share nothing with it but what is exported here.
 */
export function natsAuthorization(
  definitions: readonly AnyServiceDefinition[],
  installationSecret: string,
  o: { admin?: { user: string; password: string }; outside?: OutsideAccounts } = {},
): string {
  const users = natsUsers(definitions).map((user) =>
    userLine({ ...user, password: derivedPassword(installationSecret, `nats:${user.user}`) }),
  );
  if (o.admin) users.push(`{ user: ${JSON.stringify(o.admin.user)}, password: ${JSON.stringify(o.admin.password)} }`);
  const { outside } = o;
  const shared = outside ? sharedByServices(outside.topics.map((topic) => new MqttTopic(topic))) : '';
  const include = outside ? `  include ${JSON.stringify(outside.file)}\n` : '';
  const listener = outside?.listener;
  // The MQTT part of the server keeps its sessions in JetStream under the server's name.
  const mqtt = listener ? `server_name: ampline\nmqtt { host: ${JSON.stringify(listener.host)}, port: ${listener.port} }\n` : '';
  return `${mqtt}accounts {\n  ${SERVICES}: {\n    jetstream: enabled\n    users: [\n${lines(users)}\n    ]\n${shared}  }\n${include}}\n`;
}

function sharedByServices(topics: readonly MqttTopic[]): string {
  const imports = [
    ...topics.flatMap((topic) =>
      FROM_STATION.map((level) => `{ stream: { account: ${STATIONS}, subject: ${JSON.stringify(topic.pattern(level))} }, prefix: "mqtt" }`),
    ),
    `{ service: { account: ${BACK_ENDS}, subject: ${JSON.stringify(StationPathSubject.allForeign)} } }`,
  ];
  const exports = [
    ...topics.map((topic) => `{ stream: ${JSON.stringify(servicesSubject(topic.pattern('out')))}, accounts: [${STATIONS}] }`),
    `{ service: ${JSON.stringify(StationPathSubject.allOrders)}, accounts: [${BACK_ENDS}] }`,
  ];
  return `    imports: [\n${lines(imports)}\n    ]\n    exports: [\n${lines(exports)}\n    ]\n`;
}
