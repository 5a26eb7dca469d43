import { LiveSubject, type ServiceBeat } from '@ampline/contracts';
import { Bus } from '@ampline/platform-nats';
import { natsAuthorization, startServices, stopServices, type RunningService } from '@ampline/platform-runner';
import { testTelemetry, type TestTelemetry } from '@ampline/platform-telemetry';
import { freePort, testNats, type EmbeddedNats } from '@ampline/platform-testing';
import { apiGatewayService } from '../../src/index.js';
import { Callers } from './callers.js';
import { TestRealm } from './realm.js';
import { StandIns, type ServiceAnswers } from './stand-ins.js';

export const SECRET = 'a-secret-of-at-least-32-characters';

/** Of the bus: may do anything, as the services that are not there do. */
const ADMIN = { user: 'admin', password: 'admin' };

/** What the gateway answered. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: {
    data?: Record<string, unknown> | null;
    errors?: { message: string; path?: string[]; extensions: Record<string, unknown> }[];
  };
}

/** The api-gateway as its own user on a bus of its own, before a realm and stand-ins for the services behind it. */
export class RunningGateway {
  readonly callers = new Callers(SECRET)
    .person('operator', ['operator'])
    .person('admin', ['tenant-admin'])
    .person('driver', ['driver'], { driverId: 'driver-1' });

  private constructor(
    readonly url: string,
    readonly nats: EmbeddedNats,
    readonly bus: Bus,
    readonly realm: TestRealm,
    readonly standIns: StandIns,
    readonly telemetry: TestTelemetry,
    private readonly running: RunningService[],
  ) {
    this.answer({});
  }

  static async start(config: Record<string, string> = {}): Promise<RunningGateway> {
    const users = natsAuthorization([apiGatewayService], SECRET, { admin: ADMIN });
    const [nats, port, realm, standIns] = await Promise.all([
      testNats({ config: users }),
      freePort(),
      TestRealm.start(SECRET),
      StandIns.start(SECRET),
    ]);
    const env = {
      AMPLINE_SECRET: SECRET,
      AMPLINE_DATABASE_URL: 'postgresql://127.0.0.1:1/none',
      AMPLINE_NATS_URL: nats.url,
      AMPLINE_KEYCLOAK_URL: realm.url,
      AMPLINE_PUBLIC_URL: `http://127.0.0.1:${port}`,
      AMPLINE_GRPC_URLS: ['accounts', 'ocpp-csms', 'session-export'].map((name) => `${name}=${standIns.urlOf(name)}`).join(','),
      API_GATEWAY_PORT: String(port),
      ...config,
    };
    const telemetry = testTelemetry('api-gateway');
    const running = await startServices([apiGatewayService], env, { telemetry: () => telemetry });
    const bus = await Bus.connect({ url: nats.url, name: 'test', ...ADMIN }, testTelemetry('test', { spans: false }));
    return new RunningGateway(`http://127.0.0.1:${port}`, nats, bus, realm, standIns, telemetry, running);
  }

  /** What the services answer from now on, besides the exchange of credentials. */
  answer(answers: ServiceAnswers): void {
    this.standIns.answers = { ...answers, access: { ...this.callers.answers().access, ...answers.access } };
  }

  /** The `Authorization` of somebody who has logged in. */
  async as(subject: string, lifeS?: number): Promise<string> {
    return `Bearer ${await this.realm.accessToken({ sub: subject }, { ...(lifeS !== undefined && { lifeS }) })}`;
  }

  async post(body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    return { status: response.status, headers: response.headers, body: (await response.json()) as Answer['body'] };
  }

  query(query: string, authorization?: string, variables?: Record<string, unknown>): Promise<Answer> {
    return this.post({ query, variables }, authorization === undefined ? {} : { authorization });
  }

  /** The code of the first error, with its status. */
  async refusal(query: string, authorization?: string): Promise<{ status: number; code: unknown; details: unknown }> {
    const { status, body } = await this.query(query, authorization);
    const extensions = body.errors?.[0]?.extensions ?? {};
    return { status, code: extensions['code'], details: extensions['details'] };
  }

  /** A beat as the runner of a service sends it. */
  beat(service: string, o: Partial<ServiceBeat> = {}): void {
    const beat: ServiceBeat = { service, instance: `${service}-1`, ready: true, parts: {}, startedAt: new Date().toISOString(), ...o };
    this.bus.publish(LiveSubject.beat(service), JSON.stringify(beat));
  }

  /** State of each of its parts, by name. */
  async parts(): Promise<Record<string, string>> {
    const [service] = this.running;
    return service ? (await service.readiness.report()).parts : {};
  }

  /** The gateway alone stops, in order. */
  async stopGateway(): Promise<void> {
    await stopServices(this.running.splice(0));
  }

  async stop(): Promise<void> {
    await this.stopGateway();
    await this.bus.drain();
    await Promise.all([this.standIns.stop(), this.realm.stop()]);
    await this.nats.stop();
  }
}
