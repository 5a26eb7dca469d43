import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fromJsonString, toJsonString, type MessageInitShape } from '@bufbuild/protobuf';
import {
  sessionEnded,
  sessionStarted,
  SessionStateSchema,
  SessionStatus,
  sessionUpdated,
  StationService,
  type ExportSessionsRequest,
  type ExportSessionsResponseSchema,
  type SessionState,
} from '@ampline/contracts';
import { defineConfig } from '@ampline/platform-config';
import { grpcBinding, Rpc, type AccessRule, type AccessRules } from '@ampline/platform-grpc';
import { LEASE_SQL } from '@ampline/platform-lease';
import { Outbox, OUTBOX_SQL, OutboxRelay } from '@ampline/platform-outbox';
import type { Database } from '@ampline/platform-postgres';
import {
  defineService,
  migrateServices,
  startServices,
  stopServices,
  type AnyServiceDefinition,
  type RunningService,
  type ServiceRuntime,
} from '@ampline/platform-runner';
import { testTelemetry } from '@ampline/platform-telemetry';
import { Controller, Module, type DynamicModule } from '@nestjs/common';
import { z } from 'zod';

/** Sessions as their owner keeps them: the newest state of each. */
const TOLD_SQL = `
CREATE TABLE told (session_id uuid PRIMARY KEY, tenant_id uuid NOT NULL, version bigint NOT NULL, state text NOT NULL);
SELECT ampline_worker_table('told');`;

const exporting: AccessRule = { roles: ['service', 'platform-admin'], scope: 'platform' };
const rules = Object.fromEntries(StationService.methods.map((method) => [method.localName, exporting]));

class Told {
  constructor(readonly database: Database) {}
}

@Controller()
class ExportController {
  constructor(private readonly told: Told) {}

  @Rpc(StationService.method.exportSessions)
  async *exportSessions(request: ExportSessionsRequest): AsyncGenerator<MessageInitShape<typeof ExportSessionsResponseSchema>> {
    const rows = await this.told.database.query<{ tenant_id: string; state: string }>(
      `SELECT tenant_id, state FROM told WHERE session_id > coalesce(nullif($1, ''), '00000000-0000-0000-0000-000000000000')::uuid ORDER BY session_id`,
      [request.after],
    );
    for (const row of rows) yield { tenantId: row.tenant_id, session: fromJsonString(SessionStateSchema, row.state) };
  }
}

@Module({})
class StandInModule {}

/** ocpp-csms as session-export sees it: facts through a real outbox and relay, and the export of current state. */
export class CsmsStandIn {
  private running: RunningService[] = [];
  private runtime: ServiceRuntime | undefined;
  private relay: OutboxRelay | undefined;
  private readonly definition: AnyServiceDefinition;

  private constructor(
    private readonly env: Record<string, string>,
    private readonly migrations: string,
  ) {
    this.definition = defineService({
      name: 'ocpp-csms',
      context: 'csms',
      description: 'Stand-in.',
      config: defineConfig('OCPP_CSMS', z.object({})),
      grpc: [grpcBinding(StationService, rules as AccessRules<typeof StationService>)],
      facts: { publishes: [sessionStarted, sessionUpdated, sessionEnded], consumes: [] },
      nats: { publish: [], subscribe: [] },
      edges: { grpc: [] },
      database: { schema: 'csms_stand_in', migrations: pathToFileURL(`${migrations}/`), pool: { app: 1, worker: 4 } },
      errors: [],
      module: (runtime) => this.module(runtime),
    });
  }

  static async prepare(env: Record<string, string>): Promise<CsmsStandIn> {
    const migrations = mkdtempSync(join(tmpdir(), 'ampline-csms-'));
    writeFileSync(join(migrations, '0001_init.sql'), ['-- Up Migration', OUTBOX_SQL, LEASE_SQL, TOLD_SQL].join('\n'));
    const standIn = new CsmsStandIn(env, migrations);
    await migrateServices([standIn.definition], env);
    return standIn;
  }

  async start(): Promise<void> {
    this.running = await startServices([this.definition], this.env, { telemetry: (service) => testTelemetry(service) });
    const { database, bus, telemetry } = this.up;
    this.relay = new OutboxRelay({ database, bus, context: 'csms', instance: this.up.instance, telemetry });
    this.relay.start();
  }

  async stop(): Promise<void> {
    await this.relay?.stop();
    this.relay = undefined;
    await stopServices(this.running.splice(0));
  }

  async end(): Promise<void> {
    await this.stop();
    rmSync(this.migrations, { recursive: true });
  }

  /** Writes states down and tells each as a fact, in the order given, each in a transaction of its own. */
  async tell(tenantId: string, states: readonly SessionState[]): Promise<void> {
    const outbox = new Outbox('csms', this.up.bus);
    for (const state of states) {
      await this.up.database.asWorker(async (tx) => {
        await tx.query(...written(tenantId, state));
        const { sessionId: key, version } = state;
        await outbox.write(tx, { type: factOf(state), tenantId, tenant: 'demo', key, version, occurredAt: new Date(), payload: state });
      });
    }
  }

  /** Writes a state down without telling it: as if its facts were older than the stream keeps them. */
  async write(tenantId: string, state: SessionState): Promise<void> {
    await this.up.database.query(...written(tenantId, state));
  }

  private get up(): ServiceRuntime {
    if (!this.runtime) throw new Error('the stand-in has not been started');
    return this.runtime;
  }

  private module(runtime: ServiceRuntime): DynamicModule {
    this.runtime = runtime;
    const told = { provide: Told, useValue: new Told(runtime.database) };
    return { module: StandInModule, controllers: [ExportController], providers: [told] };
  }
}

function factOf(state: SessionState) {
  if (state.status !== SessionStatus.ACTIVE) return sessionEnded;
  return state.version === 1n ? sessionStarted : sessionUpdated;
}

function written(tenantId: string, state: SessionState): [string, unknown[]] {
  return [
    `INSERT INTO told VALUES ($1, $2, $3, $4) ON CONFLICT (session_id)
     DO UPDATE SET version = excluded.version, state = excluded.state WHERE told.version < excluded.version`,
    [state.sessionId, tenantId, state.version, toJsonString(SessionStateSchema, state)],
  ];
}
