import { Controller } from '@nestjs/common';
import {
  SessionRecordService,
  type GetSessionRequest,
  type GetSessionResponseSchema,
  type ListSessionsRequest,
  type ListSessionsResponseSchema,
  type RebuildProjectionRequest,
  type RebuildProjectionResponseSchema,
  type ReplayParkedFactsRequest,
  type ReplayParkedFactsResponseSchema,
  type SessionFilter,
  type SummarizeSessionsRequest,
  type SummarizeSessionsResponseSchema,
} from '@ampline/contracts';
import { parseId } from '@ampline/kernel-ids';
import { Rpc, type RpcCall } from '@ampline/platform-grpc';
import { pageOf } from '@ampline/platform-postgres';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampDate } from '@bufbuild/protobuf/wkt';
import { ParkedSessions } from '../projection/parked-sessions.js';
import { ProjectionBuild } from '../projection/projection-build.js';
import { storedStatus } from './records.mapping.js';
import { SessionRecords, type RecordFilter } from './records.store.js';

@Controller()
export class RecordsGrpc {
  constructor(
    private readonly records: SessionRecords,
    private readonly build: ProjectionBuild,
    private readonly parked: ParkedSessions,
  ) {}

  @Rpc(SessionRecordService.method.getSession)
  async getSession(request: GetSessionRequest, call: RpcCall): Promise<MessageInitShape<typeof GetSessionResponseSchema>> {
    return { record: await this.records.get(call.tenantId, parseId('SessionId', request.sessionId)) };
  }

  @Rpc(SessionRecordService.method.listSessions)
  async listSessions(request: ListSessionsRequest, call: RpcCall): Promise<MessageInitShape<typeof ListSessionsResponseSchema>> {
    const { rows, page } = await this.records.list(call.tenantId, filterOf(request.filter), pageOf(request.page));
    return { records: rows, page };
  }

  @Rpc(SessionRecordService.method.summarizeSessions)
  summarizeSessions(request: SummarizeSessionsRequest, call: RpcCall): Promise<MessageInitShape<typeof SummarizeSessionsResponseSchema>> {
    return this.records.summarize(call.tenantId, filterOf(request.filter));
  }

  @Rpc(SessionRecordService.method.rebuildProjection)
  async rebuildProjection(
    _request: RebuildProjectionRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof RebuildProjectionResponseSchema>> {
    const { seen, changed } = await this.build.run(call.signal);
    return { seen: BigInt(seen), changed: BigInt(changed) };
  }

  @Rpc(SessionRecordService.method.replayParkedFacts)
  async replayParkedFacts(request: ReplayParkedFactsRequest): Promise<MessageInitShape<typeof ReplayParkedFactsResponseSchema>> {
    const { replayed, parked } = await this.parked.replay(request.factId === '' ? undefined : parseId('FactId', request.factId));
    return { replayed: BigInt(replayed), parked: BigInt(parked) };
  }
}

function filterOf(filter: SessionFilter | undefined): RecordFilter {
  if (!filter) return {};
  const status = storedStatus(filter.status);
  return {
    ...(status && { status }),
    ...(filter.stationIdentity && { stationIdentity: filter.stationIdentity }),
    ...(filter.siteId && { siteId: filter.siteId }),
    ...(filter.startedFrom && { startedFrom: timestampDate(filter.startedFrom) }),
    ...(filter.startedBefore && { startedBefore: timestampDate(filter.startedBefore) }),
    ...(filter.idToken && { idToken: filter.idToken }),
    ...(filter.doubtful !== undefined && { doubtful: filter.doubtful }),
  };
}
