import { fileURLToPath } from 'node:url';
import { migrateServices, startServices, stopServices, derivedPassword, type RunningService } from '@ampline/platform-runner';
import { testTelemetry, type TestTelemetry } from '@ampline/platform-telemetry';
import {
  createTestDatabase,
  eventually,
  freePort,
  testNats,
  TrackedProcess,
  type EmbeddedNats,
  type TestDatabase,
} from '@ampline/platform-testing';
import { identityService } from '../src/index.js';
import { RealmClient } from './realm-client.js';

export const SECRET = 'a-secret-of-at-least-32-characters';
const PUBLIC_URL = 'http://127.0.0.1:4000';

/** The service on a database and a bus of its own, maybe in several replicas, and what a test asks of it. */
export class RunningIdentity {
  private readonly programs: TrackedProcess[] = [];

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

  /** The service as a program of its own, at the same address; resolves when it is ready. */
  async program(): Promise<TrackedProcess> {
    const opsPort = await freePort();
    const program = await TrackedProcess.spawn({
      command: process.execPath,
      args: [fileURLToPath(new URL('../dist/main.js', import.meta.url))],
      env: { ...this.env, AMPLINE_OPS_PORT: String(opsPort) },
    });
    this.programs.push(program);
    await eventually(async () => (await fetch(`http://127.0.0.1:${opsPort}/readyz`)).ok);
    return program;
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
    for (const program of this.programs) if (program.alive) await program.stop();
    await this.nats.stop();
    await this.database.drop();
  }
}
