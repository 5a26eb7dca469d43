import { fileURLToPath } from 'node:url';
import { SessionRecordService } from '@ampline/contracts';
import { grpcClient, TokenIssuer, type Caller, type Client, type Role } from '@ampline/platform-grpc';
import { migrateServices, startServices, stopServices, type RunningService } from '@ampline/platform-runner';
import { testTelemetry } from '@ampline/platform-telemetry';
import {
  createTestDatabase,
  eventually,
  freePort,
  testNats,
  TrackedProcess,
  type EmbeddedNats,
  type TestDatabase,
} from '@ampline/platform-testing';
import { Client as Postgres } from 'pg';
import { sessionExportService } from '../src/index.js';
import { CsmsStandIn } from './csms-stand-in.js';

export const SECRET = 'a-secret-of-at-least-32-characters';

/** session-export in any number of replicas, beside a stand-in for ocpp-csms, on a database and a bus of its own. */
export class RunningRecords {
  private readonly replicas: RunningService[][] = [];
  private readonly programs: TrackedProcess[] = [];
  private readonly clients: { close(): void }[] = [];

  private constructor(
    readonly database: TestDatabase,
    readonly nats: EmbeddedNats,
    readonly admin: Postgres,
    readonly csms: CsmsStandIn,
    private readonly env: Record<string, string>,
    private url: string,
  ) {}

  /** Everything ready, nothing started. */
  static async prepare(): Promise<RunningRecords> {
    const [database, nats, csmsPort] = await Promise.all([createTestDatabase(), testNats(), freePort()]);
    const env = {
      AMPLINE_SECRET: SECRET,
      AMPLINE_DATABASE_URL: database.adminUrl,
      AMPLINE_DATABASE_ADMIN_URL: database.adminUrl,
      AMPLINE_NATS_URL: nats.url,
      AMPLINE_NATS_AUTH: 'none',
      AMPLINE_GRPC_URLS: `ocpp-csms=127.0.0.1:${csmsPort}`,
      OCPP_CSMS_GRPC_PORT: String(csmsPort),
      SESSION_EXPORT_REBUILD_BATCH: '3',
      SESSION_EXPORT_FACT_TRIES: '2',
      SESSION_EXPORT_FACT_ACK_WAIT_S: '1',
    };
    await migrateServices([sessionExportService], env);
    const admin = new Postgres({ connectionString: database.adminUrl });
    await admin.connect();
    return new RunningRecords(database, nats, admin, await CsmsStandIn.prepare(env), env, '');
  }

  /** Starts a replica; clients made from now on ask it. */
  async replica(): Promise<RunningService> {
    const port = await freePort();
    const env = { ...this.env, SESSION_EXPORT_GRPC_PORT: String(port) };
    const running = await startServices([sessionExportService], env, { telemetry: (service) => testTelemetry(service) });
    this.replicas.push(running);
    this.url = `127.0.0.1:${port}`;
    const [service] = running;
    if (!service) throw new Error('nothing was started');
    return service;
  }

  /** Starts a replica as a program of its own, to be killed. */
  async program(): Promise<TrackedProcess> {
    const [grpcPort, opsPort] = [await freePort(), await freePort()];
    const program = await TrackedProcess.spawn({
      command: process.execPath,
      args: [fileURLToPath(new URL('../dist/main.js', import.meta.url))],
      env: { ...this.env, SESSION_EXPORT_GRPC_PORT: String(grpcPort), AMPLINE_OPS_PORT: String(opsPort) },
    });
    this.programs.push(program);
    await eventually(async () => (await fetch(`http://127.0.0.1:${opsPort}/readyz`)).ok, { timeoutMs: 30_000 });
    return program;
  }

  as(roles: Role[], tenantId?: string, o: Partial<Caller> = {}): Client<typeof SessionRecordService> {
    const caller: Caller = { subject: 'someone', roles, ...(tenantId !== undefined && { tenantId }), ...o };
    const token = () => new TokenIssuer(SECRET).issue(caller);
    const client = grpcClient(SessionRecordService, {
      url: this.url,
      telemetry: testTelemetry('caller', { spans: false }),
      token,
      timeoutMs: 60_000,
    });
    this.clients.push(client);
    return client;
  }

  /** Every record with all that it tells, but for when it last changed. */
  async rows(): Promise<Record<string, unknown>[]> {
    const { rows } = await this.admin.query<{ row: Record<string, unknown> }>(
      `SELECT to_jsonb(r) - 'updated_at' AS row FROM session_export.session_record r ORDER BY session_id`,
    );
    return rows.map(({ row }) => row);
  }

  async version(sessionId: string): Promise<number> {
    const { rows } = await this.admin.query<{ version: string }>(
      'SELECT version FROM session_export.session_record WHERE session_id = $1',
      [sessionId],
    );
    return Number(rows[0]?.version ?? 0);
  }

  async stop(): Promise<void> {
    for (const client of this.clients) client.close();
    for (const replica of this.replicas) await stopServices(replica);
    for (const program of this.programs) await program.stop();
    await this.csms.end();
    await this.admin.end();
    await this.nats.stop();
    await this.database.drop();
  }
}
