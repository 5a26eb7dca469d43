import {
  MessageDirection,
  StationService,
  type ExportMessagesRequest,
  type ExportMessagesResponseSchema,
  type GetMessageRetentionRequest,
  type GetMessageRetentionResponseSchema,
  type SetMessageRetentionRequest,
  type SetMessageRetentionResponseSchema,
} from '@ampline/contracts';
import { Rpc, type RpcCall } from '@ampline/platform-grpc';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampDate } from '@bufbuild/protobuf/wkt';
import { Controller } from '@nestjs/common';
import { check, checkedFilter, checkedId } from '../stations/field-checks.js';
import { MessageExport, type ExportFilter } from './message-export.js';
import { MessageRetention } from './message-retention.js';

/** What the installation keeps at most. */
export class LongestRetention {
  constructor(readonly days: number) {}
}

const DIRECTION: Record<MessageDirection, ExportFilter['direction']> = {
  [MessageDirection.UNSPECIFIED]: undefined,
  [MessageDirection.FROM_STATION]: 'from-station',
  [MessageDirection.TO_STATION]: 'to-station',
};
/** Of all stations: what a file can hold, and a person can want. */
const LONGEST_MS = 31 * 86_400_000;

/** The message archive as a whole: as a file, and for how long. */
@Controller()
export class ArchiveGrpc {
  constructor(
    private readonly archive: MessageExport,
    private readonly retention: MessageRetention,
    private readonly longest: LongestRetention,
  ) {}

  @Rpc(StationService.method.exportMessages)
  async *exportMessages(
    request: ExportMessagesRequest,
    call: RpcCall,
  ): AsyncGenerator<MessageInitShape<typeof ExportMessagesResponseSchema>> {
    yield* this.archive.messages(call.tenantId, filterOf(request));
  }

  @Rpc(StationService.method.getMessageRetention)
  async getMessageRetention(
    _request: GetMessageRetentionRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof GetMessageRetentionResponseSchema>> {
    return { retention: this.told(await this.retention.of(call.tenantId)) };
  }

  @Rpc(StationService.method.setMessageRetention)
  async setMessageRetention(
    { days }: SetMessageRetentionRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof SetMessageRetentionResponseSchema>> {
    check('days', days === undefined || (days >= 1 && days <= this.longest.days), `from 1 to ${this.longest.days}`);
    await this.retention.set(call, days);
    return { retention: this.told(days) };
  }

  private told(days: number | undefined) {
    return { ...(days !== undefined && { days }), maximumDays: this.longest.days };
  }
}

function filterOf(request: ExportMessagesRequest): ExportFilter {
  const { stationId, siteId, receivedFrom, receivedBefore } = request;
  check('site_id', stationId === '' || siteId === '', 'not together with station_id');
  const [from, before] = [receivedFrom && timestampDate(receivedFrom), receivedBefore && timestampDate(receivedBefore)];
  const bounded = from !== undefined && before !== undefined && before.getTime() - from.getTime() <= LONGEST_MS;
  check('received_from', stationId !== '' || bounded, 'at most 31 days before received_before, unless a station is named');
  return {
    stationId: stationId === '' ? undefined : checkedId('station_id', stationId),
    siteId: siteId === '' ? undefined : checkedId('site_id', siteId),
    action: checkedFilter('action', request.action),
    direction: DIRECTION[request.direction],
    result: checkedFilter('result', request.result),
    receivedFrom: from,
    receivedBefore: before,
  };
}
