import { factStream, LiveSubject } from '@ampline/contracts';
import { durableSubjects, inboxPrefix, streamOwnerSubjects } from '@ampline/platform-nats';
import { derivedPassword } from './installation.js';
import type { AnyServiceDefinition } from './service-definition.js';

/** What one service's bus user may do. */
export interface NatsUser {
  user: string;
  publish: string[];
  subscribe: string[];
  /** Whether it may answer the requests it gets. */
  answers: boolean;
}

/**
 * One answer per request. The server notes each message that could be answered until it is, or this has passed, and beyond 4,096 of them
 * looks through all at every further one: measured, a service that only listens to facts made a storm of 10,000 stations cost the bus
 * 0.8 ms a station.
 */
const RESPONSES = ', allow_responses: { max: 1, expires: "10m" }';

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

/** The `authorization` block of nats-server's configuration for these services. */
export function natsAuthorization(
  definitions: readonly AnyServiceDefinition[],
  installationSecret: string,
  admin?: { user: string; password: string },
): string {
  const block = (subjects: string[]) => `[${subjects.map((s) => JSON.stringify(s)).join(', ')}]`;
  const users = natsUsers(definitions).map(
    (u) =>
      `    { user: ${JSON.stringify(u.user)}, password: ${JSON.stringify(derivedPassword(installationSecret, `nats:${u.user}`))}, permissions: { publish: { allow: ${block(u.publish)} }, subscribe: { allow: ${block(u.subscribe)} }${u.answers ? RESPONSES : ''} } }`,
  );
  if (admin) users.push(`    { user: ${JSON.stringify(admin.user)}, password: ${JSON.stringify(admin.password)} }`);
  return `authorization {\n  users: [\n${users.join(',\n')}\n  ]\n}\n`;
}
