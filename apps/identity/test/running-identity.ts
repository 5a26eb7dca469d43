import { migrateServices, startServices, stopServices, derivedPassword, type RunningService } from '@ampline/platform-runner';
import { testTelemetry, type TestTelemetry } from '@ampline/platform-telemetry';
import { createTestDatabase, freePort, testNats, type EmbeddedNats, type TestDatabase } from '@ampline/platform-testing';
import { identityService } from '../src/index.js';
import { RealmClient } from './realm-client.js';

export const SECRET = 'a-secret-of-at-least-32-characters';
const PUBLIC_URL = 'http://127.0.0.1:4000';

/** The service on a database and a bus of its own, maybe in several replicas, and what a test asks of it. */
export class RunningIdentity {
  private constructor(
    readonly database: TestDatabase,
    readonly nats: EmbeddedNats,
    readonly telemetry: TestTelemetry,
    readonly port: number,
    readonly env: Record<string, string>,
    private readonly running: RunningService[],
  ) {}

  static async start(settings: Record<string, string> = {}): Promise<RunningIdentity> {
    const [database, nats, port] = await Promise.all([createTestDatabase(), testNats(), freePort()]);
    const env = {
      AMPLINE_SECRET: SECRET,
      AMPLINE_DATABASE_URL: database.adminUrl,
      AMPLINE_DATABASE_ADMIN_URL: database.adminUrl,
      AMPLINE_NATS_URL: nats.url,
      AMPLINE_NATS_AUTH: 'none',
      AMPLINE_PUBLIC_URL: PUBLIC_URL,
      AMPLINE_KEYCLOAK_URL: `http://127.0.0.1:${port}`,
      IDENTITY_PORT: String(port),
      IDENTITY_DEMO_CLIENT: 'true',
      ...settings,
    };
    await migrateServices([identityService], env);
    const identity = new RunningIdentity(database, nats, testTelemetry('identity'), port, env, []);
    await identity.startReplica(port);
    return identity;
  }

  /** One more process of the service, at another port but with the same address as its issuer. */
  async startReplica(port: number): Promise<void> {
    const telemetry = () => this.telemetry;
    this.running.push(...(await startServices([identityService], { ...this.env, IDENTITY_PORT: String(port) }, { telemetry })));
  }

  client(port = this.port): RealmClient {
    const base = `http://127.0.0.1:${port}`;
    return new RealmClient({
      issuer: `${base}/realms/ampline`,
      admin: `${base}/admin/realms/ampline`,
      publicUrl: PUBLIC_URL,
      clientSecretOf: (service) => derivedPassword(SECRET, `client:${service}`),
    });
  }

  async stopReplicas(): Promise<void> {
    await stopServices(this.running.splice(0));
  }

  async stop(): Promise<void> {
    await this.stopReplicas();
    await this.nats.stop();
    await this.database.drop();
  }
}
