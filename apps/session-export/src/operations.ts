import { StationService } from '@ampline/contracts';
import { grpcClient } from '@ampline/platform-grpc';
import { factOperations } from '@ampline/platform-outbox';
import type { ServiceOperations, ServiceRuntime } from '@ampline/platform-runner';
import type { SessionExportConfig } from './config.js';
import { CsmsExport } from './projection/csms-export.js';
import { ProjectionBuild } from './projection/projection-build.js';
import { SessionProjection } from './records/records.projection.js';
import { sessionHandlers } from './session-export.module.js';

/** What an operator can have session-export do: see to parked facts of sessions, read all sessions anew. */
export function sessionExportOperations(runtime: ServiceRuntime<SessionExportConfig>): ServiceOperations {
  const { name, database, bus, clock, instance, telemetry, config } = runtime;
  const projection = new SessionProjection(clock);
  return {
    ...factOperations({
      service: name,
      database,
      bus,
      instance,
      telemetry,
      takes: [{ context: 'csms', handlers: sessionHandlers(projection) }],
    }),
    rebuild: async () => {
      const stations = grpcClient(StationService, { url: runtime.grpcUrl('ocpp-csms'), telemetry, token: () => runtime.serviceToken() });
      try {
        const build = new ProjectionBuild(database, projection, new CsmsExport(stations), config.rebuildBatch, telemetry);
        return { ...(await build.run(new AbortController().signal)) };
      } finally {
        stations.close();
      }
    },
  };
}
