import { Module, type DynamicModule } from '@nestjs/common';
import { sessionEnded, sessionStarted, sessionUpdated, StationService, type SessionStateSchema } from '@ampline/contracts';
import { grpcClient } from '@ampline/platform-grpc';
import { FactConsumer, onFact, type Fact, type FactHandler } from '@ampline/platform-outbox';
import { MonthKeeper, type Tx } from '@ampline/platform-postgres';
import type { ServiceRuntime } from '@ampline/platform-runner';
import { Background } from './background.js';
import type { SessionExportConfig } from './config.js';
import { CsmsExport } from './projection/csms-export.js';
import { ParkedSessions } from './projection/parked-sessions.js';
import { ProjectionBuild } from './projection/projection-build.js';
import { RecordsGrpc } from './records/records.grpc.js';
import { SessionProjection } from './records/records.projection.js';
import { SessionRecords } from './records/records.store.js';

/** A session's state is the whole of it, whatever it is told with. */
export function sessionHandlers(projection: SessionProjection): FactHandler[] {
  const take = async (tx: Tx, fact: Fact<typeof SessionStateSchema>): Promise<void> => {
    await projection.apply(tx, [{ tenantId: fact.tenantId, state: fact.payload }]);
  };
  return [sessionStarted, sessionUpdated, sessionEnded].map((type) => onFact(type, take));
}

@Module({})
export class SessionExportModule {
  static with(runtime: ServiceRuntime<SessionExportConfig>): DynamicModule {
    const { database, bus, clock, telemetry, config } = runtime;
    const projection = new SessionProjection(clock);
    const consumer = new FactConsumer({
      database,
      bus,
      service: runtime.name,
      context: 'csms',
      handlers: sessionHandlers(projection),
      telemetry,
      maxTries: config.factTries,
      ackWaitMs: config.factAckWaitS * 1_000,
    });
    const stations = grpcClient(StationService, { url: runtime.grpcUrl('ocpp-csms'), telemetry, token: () => runtime.serviceToken() });
    const build = new ProjectionBuild(database, projection, new CsmsExport(stations), config.rebuildBatch, telemetry);
    const months = new MonthKeeper(database, { dropMonths: 'drop_session_months', months: config.retentionMonths }, clock, telemetry);
    return {
      module: SessionExportModule,
      controllers: [RecordsGrpc],
      providers: [
        { provide: SessionRecords, useValue: new SessionRecords(database) },
        { provide: ProjectionBuild, useValue: build },
        { provide: ParkedSessions, useValue: new ParkedSessions(database, consumer) },
        { provide: Background, useValue: new Background(consumer, build, months, stations) },
      ],
    };
  }
}
