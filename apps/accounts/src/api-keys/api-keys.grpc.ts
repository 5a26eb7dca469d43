import { Controller } from '@nestjs/common';
import {
  AccessService,
  type CreateApiKeyRequest,
  type CreateApiKeyResponseSchema,
  type ListApiKeysRequest,
  type ListApiKeysResponseSchema,
  type RevokeApiKeyRequest,
  type RevokeApiKeyResponseSchema,
} from '@ampline/contracts';
import { parseId } from '@ampline/kernel-ids';
import { Rpc, type RpcCall } from '@ampline/platform-grpc';
import { pageOf } from '@ampline/platform-postgres';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampDate } from '@bufbuild/protobuf/wkt';
import { accountsErrors } from '../errors.js';
import { nameOf } from '../names.js';
import { scopesOf } from './api-key-rules.js';
import { ApiKeyStore } from './api-keys.store.js';

const RATE = { usual: 600, most: 60_000 };

@Controller()
export class ApiKeysGrpc {
  constructor(private readonly keys: ApiKeyStore) {}

  @Rpc(AccessService.method.createApiKey)
  createApiKey(request: CreateApiKeyRequest, call: RpcCall): Promise<MessageInitShape<typeof CreateApiKeyResponseSchema>> {
    const { name, scopes, requestsPerMinute, expiresAt } = request;
    if (requestsPerMinute < 0 || requestsPerMinute > RATE.most)
      throw accountsErrors.fieldInvalid({ field: 'requests_per_minute', rule: `is 0 to ${RATE.most}` });
    return this.keys.create(call, {
      name: nameOf(name),
      scopes: scopesOf(scopes, call.caller),
      requestsPerMinute: requestsPerMinute || RATE.usual,
      expiresAt: expiresAt ? timestampDate(expiresAt) : null,
    });
  }

  @Rpc(AccessService.method.listApiKeys)
  async listApiKeys(request: ListApiKeysRequest, call: RpcCall): Promise<MessageInitShape<typeof ListApiKeysResponseSchema>> {
    const { rows, page } = await this.keys.list(call.tenantId, pageOf(request.page));
    return { apiKeys: rows, page };
  }

  @Rpc(AccessService.method.revokeApiKey)
  async revokeApiKey(request: RevokeApiKeyRequest, call: RpcCall): Promise<MessageInitShape<typeof RevokeApiKeyResponseSchema>> {
    return { apiKey: await this.keys.revoke(call, parseId('ApiKeyId', request.apiKeyId)) };
  }
}
