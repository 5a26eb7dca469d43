import { Controller } from '@nestjs/common';
import {
  AccountsService,
  type CreateTokenGroupRequest,
  type CreateTokenGroupResponseSchema,
  type ListTokenGroupsRequest,
  type ListTokenGroupsResponseSchema,
  type UpdateTokenGroupRequest,
  type UpdateTokenGroupResponseSchema,
} from '@ampline/contracts';
import { parseId } from '@ampline/kernel-ids';
import { Rpc, type RpcCall } from '@ampline/platform-grpc';
import { cursorText, pageFrom, pageOf } from '@ampline/platform-postgres';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { accountsErrors } from '../errors.js';
import { isGroupToken } from '../id-tokens/id-token-rules.js';
import { nameOf } from '../names.js';
import { TokenGroupReads } from './token-groups.prisma.js';
import { TokenGroupStore } from './token-groups.store.js';

@Controller()
export class TokenGroupsGrpc {
  constructor(
    private readonly groups: TokenGroupStore,
    private readonly reads: TokenGroupReads,
  ) {}

  @Rpc(AccountsService.method.createTokenGroup)
  async createTokenGroup(
    request: CreateTokenGroupRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof CreateTokenGroupResponseSchema>> {
    const group = await this.groups.create(call, nameOf(request.name), groupTokenOf(request.groupToken));
    return { group };
  }

  @Rpc(AccountsService.method.updateTokenGroup)
  async updateTokenGroup(
    request: UpdateTokenGroupRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof UpdateTokenGroupResponseSchema>> {
    const groupId = parseId('GroupId', request.groupId);
    return { group: await this.groups.update(call, groupId, nameOf(request.name), groupTokenOf(request.groupToken)) };
  }

  @Rpc(AccountsService.method.listTokenGroups)
  async listTokenGroups(request: ListTokenGroupsRequest, call: RpcCall): Promise<MessageInitShape<typeof ListTokenGroupsResponseSchema>> {
    const page = pageOf(request.page);
    const found = pageFrom(await this.reads.page(call.tenantId, cursorText(page, 'uuid'), page.limit + 1), page, (group) => [
      group.groupId,
    ]);
    return { groups: found.rows, page: found.page };
  }
}

function groupTokenOf(text: string): string {
  if (!isGroupToken(text)) throw accountsErrors.groupTokenInvalid();
  return text;
}
