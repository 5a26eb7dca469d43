import type { ServiceRuntime } from '@ampline/platform-runner';
import type { OnApplicationBootstrap, OnApplicationShutdown, OnModuleDestroy } from '@nestjs/common';
import { AccessFacts } from './auth/access-facts.js';
import { AccessKeeper } from './auth/access-keeper.js';
import { Admission } from './auth/admission.js';
import { KeycloakAdapter } from './auth/keycloak-adapter.js';
import type { ApiGatewayConfig } from './config.js';
import { DoorKeeper } from './doors/doors.js';
import { ErrorAnswers } from './error-answers.js';
import { AccessRules } from './graphql/access.js';
import { Contexts } from './graphql/contexts.js';
import { GraphqlHttp } from './graphql/graphql-http.js';
import { OperationGate } from './graphql/operation-gate.js';
import { OperationMetrics } from './graphql/operation-metrics.js';
import { PersistedOperations } from './graphql/persisted-operations.js';
import { resolversOf } from './graphql/resolvers.js';
import { executableSchema } from './graphql/schema.js';
import { Origins } from './http/origins.js';
import { LiveHub } from './live/live-hub.js';
import { OpenSockets } from './sockets/open-sockets.js';
import { SocketServer } from './sockets/socket-server.js';
import { Subscriptions } from './sockets/subscriptions.js';
import { PlatformStatus } from './status/platform-status.js';
import { webRoot } from './web/web-root.js';

/** The parts of the gateway, put together once. The only place that knows them all. */
export class GatewayParts implements OnApplicationBootstrap, OnModuleDestroy, OnApplicationShutdown {
  readonly answers;
  readonly origins;
  readonly rules;
  readonly schema;
  readonly contexts;
  readonly metrics;
  readonly status;
  readonly admission;
  readonly graphql;
  readonly sockets;
  readonly doors;
  readonly webRoot;
  private readonly live;
  private readonly accessFacts;

  constructor(readonly runtime: ServiceRuntime<ApiGatewayConfig>) {
    const { bus, clock, config, readiness, realm, telemetry } = runtime;
    this.webRoot = webRoot(config.webRoot);
    this.answers = new ErrorAnswers(telemetry);
    this.origins = new Origins(runtime.publicUrl, config.origins);
    this.metrics = new OperationMetrics(telemetry);
    this.live = new LiveHub(bus, telemetry);
    this.status = new PlatformStatus({ bus, clock, telemetry, readiness, self: runtime.name, expected: config.expectedServices });
    this.doors = new DoorKeeper({ urlOf: (service) => runtime.grpcUrl(service), token: () => runtime.serviceToken(), telemetry });

    const keycloak = realm && new KeycloakAdapter(realm, clock);
    if (keycloak) readiness.add('realm', () => keycloak.ready());
    const exchange = this.doors.own().access;
    const keeper = new AccessKeeper({ exchange, realm: keycloak, clock, meter: telemetry.meter, capacity: config.accessCacheSize });
    this.admission = new Admission(keeper, clock, config.anonymousPerMinute);

    this.schema = executableSchema(resolversOf({ publicUrl: runtime.publicUrl, status: this.status }));
    this.rules = AccessRules.of(this.schema);
    this.contexts = new Contexts(this.doors, keeper, this.live);
    const gate = new OperationGate(this.schema, this.rules, PersistedOperations.read(this.webRoot), config);
    const { admission, answers, contexts, metrics, origins, schema } = this;
    this.graphql = new GraphqlHttp({ admission, gate, contexts, answers, metrics, telemetry });

    const sockets = new OpenSockets(keeper, telemetry);
    const subscriptions = new Subscriptions({ schema, admission, gate, contexts, answers, sockets, clock, limits: config });
    this.sockets = new SocketServer({ subscriptions, sockets, origins, logger: telemetry.logger });
    this.accessFacts = new AccessFacts(bus, telemetry, keeper, (whose) => sockets.recheck(whose));
  }

  onApplicationBootstrap(): void {
    this.live.start();
    this.accessFacts.start();
    this.status.start();
  }

  /** Before the HTTP server stops: it waits for its connections. */
  async onModuleDestroy(): Promise<void> {
    await this.sockets.stop();
  }

  onApplicationShutdown(): void {
    this.live.stop();
    this.accessFacts.stop();
    this.status.stop();
    this.doors.close();
  }
}
