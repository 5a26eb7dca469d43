import { Controller } from '@nestjs/common';
import {
  AccountsService,
  type BlockIdTokenRequest,
  type BlockIdTokenResponseSchema,
  type GetIdTokenRequest,
  type GetIdTokenResponseSchema,
  type ListIdTokensRequest,
  type ListIdTokensResponseSchema,
  type PutIdTokenRequest,
  type PutIdTokenResponseSchema,
  type UnblockIdTokenRequest,
  type UnblockIdTokenResponseSchema,
} from '@ampline/contracts';
import { parseId } from '@ampline/kernel-ids';
import { Rpc, type RpcCall } from '@ampline/platform-grpc';
import { cursorText, pageFrom, pageOf } from '@ampline/platform-postgres';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampDate } from '@bufbuild/protobuf/wkt';
import { accountsErrors } from '../errors.js';
import { isIdToken } from './id-token-rules.js';
import { storedIdTokenStatus, storedIdTokenType } from './id-tokens.mapping.js';
import { IdTokenReads } from './id-tokens.prisma.js';
import { IdTokenStore } from './id-tokens.store.js';

@Controller()
export class IdTokensGrpc {
  constructor(
    private readonly idTokens: IdTokenStore,
    private readonly reads: IdTokenReads,
  ) {}

  @Rpc(AccountsService.method.putIdToken)
  async putIdToken(request: PutIdTokenRequest, call: RpcCall): Promise<MessageInitShape<typeof PutIdTokenResponseSchema>> {
    const { idToken, type, expiresAt, groupId, allowConcurrent } = request;
    if (!isIdToken(idToken)) throw accountsErrors.idTokenInvalid();
    const wanted = {
      idToken,
      type: storedIdTokenType(type),
      expiresAt: expiresAt ? timestampDate(expiresAt) : null,
      groupId: groupId === '' ? null : parseId('GroupId', groupId),
      allowConcurrent,
    };
    return { idToken: await this.idTokens.put(call.tenantId, wanted) };
  }

  @Rpc(AccountsService.method.blockIdToken)
  async blockIdToken(request: BlockIdTokenRequest, call: RpcCall): Promise<MessageInitShape<typeof BlockIdTokenResponseSchema>> {
    return { idToken: await this.idTokens.setStatus(call.tenantId, request.idToken, 'blocked') };
  }

  @Rpc(AccountsService.method.unblockIdToken)
  async unblockIdToken(request: UnblockIdTokenRequest, call: RpcCall): Promise<MessageInitShape<typeof UnblockIdTokenResponseSchema>> {
    return { idToken: await this.idTokens.setStatus(call.tenantId, request.idToken, 'active') };
  }

  @Rpc(AccountsService.method.getIdToken)
  async getIdToken(request: GetIdTokenRequest, call: RpcCall): Promise<MessageInitShape<typeof GetIdTokenResponseSchema>> {
    return { idToken: await this.reads.get(call.tenantId, request.idToken) };
  }

  @Rpc(AccountsService.method.listIdTokens)
  async listIdTokens(request: ListIdTokensRequest, call: RpcCall): Promise<MessageInitShape<typeof ListIdTokensResponseSchema>> {
    const page = pageOf(request.page);
    const status = storedIdTokenStatus(request.status);
    const tokens = await this.reads.page(call.tenantId, status, cursorText(page, 'uuid'), page.limit + 1);
    const found = pageFrom(tokens, page, (token) => [token.idTokenId]);
    return { idTokens: found.rows, page: found.page };
  }
}
