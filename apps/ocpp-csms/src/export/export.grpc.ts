import {
  StationService,
  type ExportSessionsRequest,
  type ExportSessionsResponseSchema,
  type ExportStationsRequest,
  type ExportStationsResponseSchema,
} from '@ampline/contracts';
import { Rpc } from '@ampline/platform-grpc';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { Controller } from '@nestjs/common';
import { checkedId } from '../stations/field-checks.js';
import { ExportStore } from './export.store.js';

/**
 * Current state of everything, for a projection that is new or rebuilt. Read page by page, not from one snapshot: what changes
 * meanwhile reaches the projection as a fact, and versions settle the overlap.
 */
@Controller()
export class ExportGrpc {
  constructor(private readonly store: ExportStore) {}

  @Rpc(StationService.method.exportStations)
  async *exportStations(request: ExportStationsRequest): AsyncGenerator<MessageInitShape<typeof ExportStationsResponseSchema>> {
    const after = request.after === '' ? '' : checkedId('after', request.after);
    for await (const station of this.store.stations(after)) yield { station };
  }

  @Rpc(StationService.method.exportSessions)
  async *exportSessions(request: ExportSessionsRequest): AsyncGenerator<MessageInitShape<typeof ExportSessionsResponseSchema>> {
    yield* this.store.sessions(request.after === '' ? '' : checkedId('after', request.after));
  }
}
