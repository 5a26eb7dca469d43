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
  type RemoveIdTokenRequest,
  type RemoveIdTokenResponseSchema,
  type UnblockIdTokenRequest,
  type UnblockIdTokenResponseSchema,
} from '@ampline/contracts';
import { parseId } from '@ampline/kernel-ids';
import { Rpc, type RpcCall } from '@ampline/platform-grpc';
import { cursorText, pageFrom, pageOf } from '@ampline/platform-postgres';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampDate } from '@bufbuild/protobuf/wkt';
import { accountsErrors } from '../errors.js';
import { idOrNull } from '../fields.js';
import { reachOf } from '../reach.js';
import { isIdToken } from './id-token-rules.js';
import { storedIdTokenStatus, storedIdTokenType } from './id-tokens.mapping.js';
import { IdTokenReads, type IdTokenFilter } from './id-tokens.prisma.js';
import { IdTokenStore } from './id-tokens.store.js';

@Controller()
export class IdTokensGrpc {
  constructor(
    private readonly idTokens: IdTokenStore,
    private readonly reads: IdTokenReads,
  ) {}

  @Rpc(AccountsService.method.putIdToken)
  async putIdToken(request: PutIdTokenRequest, call: RpcCall): Promise<MessageInitShape<typeof PutIdTokenResponseSchema>> {
    const { idToken, type, expiresAt, groupId, allowConcurrent, driverId, organisationId } = request;
    if (!isIdToken(idToken)) throw accountsErrors.idTokenInvalid();
    const wanted = {
      idToken,
      type: storedIdTokenType(type),
      expiresAt: expiresAt ? timestampDate(expiresAt) : null,
      groupId: idOrNull('GroupId', groupId),
      allowConcurrent,
      driverId: idOrNull('DriverId', driverId),
      organisationId: idOrNull('OrganisationId', organisationId),
    };
    return { idToken: await this.idTokens.put(call, wanted) };
  }

  @Rpc(AccountsService.method.blockIdToken)
  async blockIdToken(request: BlockIdTokenRequest, call: RpcCall): Promise<MessageInitShape<typeof BlockIdTokenResponseSchema>> {
    return { idToken: await this.idTokens.setStatus(call, request.idToken, 'blocked') };
  }

  @Rpc(AccountsService.method.unblockIdToken)
  async unblockIdToken(request: UnblockIdTokenRequest, call: RpcCall): Promise<MessageInitShape<typeof UnblockIdTokenResponseSchema>> {
    return { idToken: await this.idTokens.setStatus(call, request.idToken, 'active') };
  }

  @Rpc(AccountsService.method.removeIdToken)
  async removeIdToken(request: RemoveIdTokenRequest, call: RpcCall): Promise<MessageInitShape<typeof RemoveIdTokenResponseSchema>> {
    return { idToken: await this.idTokens.setStatus(call, request.idToken, 'removed') };
  }

  @Rpc(AccountsService.method.getIdToken)
  async getIdToken(request: GetIdTokenRequest, call: RpcCall): Promise<MessageInitShape<typeof GetIdTokenResponseSchema>> {
    return { idToken: await this.reads.get(call.tenantId, reachOf(call.caller), request.idToken) };
  }

  @Rpc(AccountsService.method.listIdTokens)
  async listIdTokens(request: ListIdTokensRequest, call: RpcCall): Promise<MessageInitShape<typeof ListIdTokensResponseSchema>> {
    const page = pageOf(request.page);
    const tokens = await this.reads.page(call.tenantId, reachOf(call.caller), filterOf(request), cursorText(page, 'uuid'), page.limit + 1);
    const found = pageFrom(tokens, page, (token) => [token.idTokenId]);
    return { idTokens: found.rows, page: found.page };
  }
}

function filterOf({ status, search, driverId, organisationId, groupId }: ListIdTokensRequest): IdTokenFilter {
  const stored = storedIdTokenStatus(status);
  return {
    ...(stored && { status: stored }),
    ...(search && { search }),
    ...(driverId && { driverId: parseId('DriverId', driverId) }),
    ...(organisationId && { organisationId: parseId('OrganisationId', organisationId) }),
    ...(groupId && { groupId: parseId('GroupId', groupId) }),
  };
}
