import type { ExportSessionsResponse, StationService } from '@ampline/contracts';
import type { Client } from '@ampline/platform-grpc';
import { SessionExport } from './projection-build.js';

/** The sessions at our own stations, from ocpp-csms. */
export class CsmsExport extends SessionExport {
  constructor(private readonly stations: Client<typeof StationService>) {
    super();
  }

  sessions(signal: AbortSignal): AsyncIterable<ExportSessionsResponse> {
    return this.stations.exportSessions({}, { signal });
  }
}
