import { MqttTopic, servicesSubject, StationPathSubject, type MqttLevel } from '@ampline/contracts';
import { inboxPrefix } from '@ampline/platform-nats';

/** Accounts of the NATS server. */
export const SERVICES = 'AMPLINE';
export const STATIONS = 'STATIONS';
export const BACK_ENDS = 'BACK_ENDS';

/** Last levels of the topics that a station may publish to. */
export const FROM_STATION: readonly MqttLevel[] = ['in', 'status'];

/** Somebody who connects over MQTT: a station, or a gateway of several. */
export interface MqttUser {
  user: string;
  password: string;
  stations: readonly { tenant: string; identity: string; /** No other tenant has a station of this identity. */ unique: boolean }[];
}

/** A foreign back end of a tenant. */
export interface BackEndUser {
  user: string;
  password: string;
  tenant: string;
  name: string;
}

/** A user as it stands in the configuration. */
export interface ConfiguredUser {
  user: string;
  password: string;
  publish: readonly string[];
  subscribe: readonly string[];
  /** It may answer the requests it gets. */
  answers?: boolean;
  /** Over MQTT alone. */
  mqttOnly?: boolean;
}

/**
 * The accounts of everybody who is no service of ours: text that nats-server includes into `accounts`. An MQTT user may publish and
 * subscribe to the topics of its own stations and nothing else; a topic that does not name the tenant is given for identities that one
 * tenant alone has.
 */
export function outsideAccounts(topics: readonly string[], mqttUsers: readonly MqttUser[], backEnds: readonly BackEndUser[]): string {
  const forms = topics.map((topic) => new MqttTopic(topic));
  const exported = forms.flatMap((form) =>
    FROM_STATION.map((level) => `{ stream: ${text(form.pattern(level))}, accounts: [${SERVICES}] }`),
  );
  const imported = forms.map(
    (form) =>
      `{ stream: { account: ${SERVICES}, subject: ${text(servicesSubject(form.pattern('out')))} }, to: ${text(form.mapping('out'))} }`,
  );
  return `# Made by ocpp-csms; changes are lost. docs/protocols/mqtt.md, docs/architecture/station-path.md
${STATIONS}: {
    jetstream: enabled
    users: [
${lines(mqttUsers.map((user) => userLine(mqttUser(forms, user))))}
    ]
    exports: [
${lines(exported)}
    ]
    imports: [
${lines(imported)}
    ]
  }
  ${BACK_ENDS}: {
    users: [
${lines(backEnds.map((backEnd) => userLine(backEndUser(backEnd))))}
    ]
    exports: [ { service: ${text(StationPathSubject.allForeign)}, accounts: [${SERVICES}] } ]
    imports: [ { service: { account: ${SERVICES}, subject: ${text(StationPathSubject.allOrders)} } } ]
  }
`;
}

function mqttUser(forms: readonly MqttTopic[], { user, password, stations }: MqttUser): ConfiguredUser {
  const own = (level: MqttLevel) =>
    stations.flatMap(({ tenant, identity, unique }) =>
      forms.filter((form) => unique || form.namesTenant).map((form) => form.subject(tenant, identity, level)),
    );
  // What QoS 1 comes in by. The server itself lets no MQTT client subscribe to it by name.
  return { user, password, publish: FROM_STATION.flatMap(own), subscribe: [...own('out'), '$MQTT.sub.>'], mqttOnly: true };
}

function backEndUser({ user, password, tenant, name }: BackEndUser): ConfiguredUser {
  return {
    user,
    password,
    publish: [StationPathSubject.ordersOf(name, tenant)],
    subscribe: [StationPathSubject.foreignOf(name, tenant), `${inboxPrefix(user)}.>`],
    answers: true,
  };
}

/**
 * One answer per request. The server notes each message that could be answered until it is, or this has passed, and beyond 4,096 of them
 * looks through all at every further one: measured, a service that only listens to facts made a storm of 10,000 stations cost the bus
 * 0.8 ms a station.
 */
const RESPONSES = ', allow_responses: { max: 1, expires: "10m" }';

/** Nothing may be published where the list is empty: an empty list would allow everything. */
export function userLine({ user, password, publish, subscribe, answers, mqttOnly }: ConfiguredUser): string {
  const allow = (subjects: readonly string[]) => `[${(subjects.length > 0 ? subjects : ['$NONE']).map(text).join(', ')}]`;
  const types = mqttOnly ? ', allowed_connection_types: ["MQTT"]' : '';
  return `{ user: ${text(user)}, password: ${text(password)}${types}, permissions: { publish: { allow: ${allow(publish)} }, subscribe: { allow: ${allow(subscribe)} }${answers ? RESPONSES : ''} } }`;
}

export function lines(items: readonly string[]): string {
  return items.map((item) => `      ${item}`).join('\n');
}

function text(value: string): string {
  return JSON.stringify(value);
}
