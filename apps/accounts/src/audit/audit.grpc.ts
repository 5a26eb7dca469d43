import { Controller } from '@nestjs/common';
import { AuditService, type SearchAuditRequest, type SearchAuditResponseSchema } from '@ampline/contracts';
import { Rpc, type RpcCall } from '@ampline/platform-grpc';
import { pageOf } from '@ampline/platform-postgres';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampDate } from '@bufbuild/protobuf/wkt';
import { AuditLog, type AuditFilter } from './audit-log.js';

@Controller()
export class AuditGrpc {
  constructor(private readonly log: AuditLog) {}

  @Rpc(AuditService.method.searchAudit)
  async searchAudit(request: SearchAuditRequest, call: RpcCall): Promise<MessageInitShape<typeof SearchAuditResponseSchema>> {
    const { rows, page } = await this.log.search(call.tenantId, filterOf(request), pageOf(request.page));
    return { entries: rows, page };
  }
}

function filterOf({ text, actorId, action, entityType, entityId, from, before }: SearchAuditRequest): AuditFilter {
  return {
    ...(text && { text }),
    ...(actorId && { actorId }),
    ...(action && { action }),
    ...(entityType && { entityType }),
    ...(entityId && { entityId }),
    ...(from && { from: timestampDate(from) }),
    ...(before && { before: timestampDate(before) }),
  };
}
