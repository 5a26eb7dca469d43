import { Controller } from '@nestjs/common';
import {
  SessionRecordService,
  TimeBucket,
  type BatchGetSessionsRequest,
  type BatchGetSessionsResponseSchema,
  type GetSessionRequest,
  type GetSessionResponseSchema,
  type ListLiveSessionsRequest,
  type ListLiveSessionsResponseSchema,
  type ListSessionsRequest,
  type ListSessionsResponseSchema,
  type RebuildProjectionRequest,
  type RebuildProjectionResponseSchema,
  type ReplayParkedFactsRequest,
  type ReplayParkedFactsResponseSchema,
  type SessionFilter,
  type SummarizeByTimeRequest,
  type SummarizeByTimeResponseSchema,
  type SummarizeSessionsRequest,
  type SummarizeSessionsResponseSchema,
} from '@ampline/contracts';
import { parseId } from '@ampline/kernel-ids';
import { isTimeZone } from '@ampline/kernel-time';
import { Rpc, type RpcCall } from '@ampline/platform-grpc';
import { pageOf } from '@ampline/platform-postgres';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampDate, timestampFromDate } from '@bufbuild/protobuf/wkt';
import { recordErrors } from '../errors.js';
import { ParkedSessions } from '../projection/parked-sessions.js';
import { ProjectionBuild } from '../projection/projection-build.js';
import { storedStatus } from './records.mapping.js';
import { SessionRecords, type RecordFilter } from './records.store.js';

const MOST_IDS = 500;

const BUCKET: Record<TimeBucket, 'hour' | 'day' | undefined> = {
  [TimeBucket.UNSPECIFIED]: undefined,
  [TimeBucket.HOUR]: 'hour',
  [TimeBucket.DAY]: 'day',
};

@Controller()
export class RecordsGrpc {
  constructor(
    private readonly records: SessionRecords,
    private readonly build: ProjectionBuild,
    private readonly parked: ParkedSessions,
  ) {}

  @Rpc(SessionRecordService.method.getSession)
  async getSession(request: GetSessionRequest, call: RpcCall): Promise<MessageInitShape<typeof GetSessionResponseSchema>> {
    return { record: await this.records.get(call, parseId('SessionId', request.sessionId)) };
  }

  @Rpc(SessionRecordService.method.batchGetSessions)
  async batchGetSessions(
    request: BatchGetSessionsRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof BatchGetSessionsResponseSchema>> {
    checkCount('session_ids', request.sessionIds);
    const ids = request.sessionIds.map((sessionId) => parseId('SessionId', sessionId));
    return { records: await this.records.batch(call, ids) };
  }

  @Rpc(SessionRecordService.method.listLiveSessions)
  async listLiveSessions(
    request: ListLiveSessionsRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof ListLiveSessionsResponseSchema>> {
    checkCount('station_ids', request.stationIds);
    return { records: await this.records.live(call, request.stationIds) };
  }

  @Rpc(SessionRecordService.method.listSessions)
  async listSessions(request: ListSessionsRequest, call: RpcCall): Promise<MessageInitShape<typeof ListSessionsResponseSchema>> {
    const { rows, page } = await this.records.list(call, filterOf(request.filter), pageOf(request.page));
    return { records: rows, page };
  }

  @Rpc(SessionRecordService.method.summarizeSessions)
  summarizeSessions(request: SummarizeSessionsRequest, call: RpcCall): Promise<MessageInitShape<typeof SummarizeSessionsResponseSchema>> {
    return this.records.summarize(call, filterOf(request.filter));
  }

  @Rpc(SessionRecordService.method.summarizeByTime)
  async summarizeByTime(request: SummarizeByTimeRequest, call: RpcCall): Promise<MessageInitShape<typeof SummarizeByTimeResponseSchema>> {
    const bucket = BUCKET[request.bucket];
    if (!bucket) throw recordErrors.invalidField({ field: 'bucket', rule: 'hour or day' });
    const timeZone = request.timeZone || 'UTC';
    if (!isTimeZone(timeZone)) throw recordErrors.invalidField({ field: 'time_zone', rule: 'an IANA time zone, such as Europe/Berlin' });
    const buckets = await this.records.summarizeByTime(call, filterOf(request.filter), { bucket, timeZone });
    return { buckets: buckets.map(({ from, ...figures }) => ({ from: timestampFromDate(from), ...figures })) };
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

function checkCount(field: string, ids: readonly string[]): void {
  if (ids.length > MOST_IDS) throw recordErrors.invalidField({ field, rule: `at most ${MOST_IDS}` });
}

function filterOf(filter: SessionFilter | undefined): RecordFilter {
  if (!filter) return {};
  const status = storedStatus(filter.status);
  return {
    ...(status && { status }),
    ...(filter.stationIdentity && { stationIdentity: filter.stationIdentity }),
    ...(filter.stationId && { stationId: filter.stationId }),
    ...(filter.siteId && { siteId: filter.siteId }),
    ...(filter.startedFrom && { startedFrom: timestampDate(filter.startedFrom) }),
    ...(filter.startedBefore && { startedBefore: timestampDate(filter.startedBefore) }),
    ...(filter.idToken && { idToken: filter.idToken }),
    ...(filter.driverId && { driverId: filter.driverId }),
    ...(filter.organisationId && { organisationId: filter.organisationId }),
    ...(filter.doubtful !== undefined && { doubtful: filter.doubtful }),
  };
}
