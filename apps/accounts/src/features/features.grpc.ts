import { Controller } from '@nestjs/common';
import {
  BrandService,
  type EvaluateFeaturesRequest,
  type EvaluateFeaturesResponseSchema,
  type ListFeatureFlagsRequest,
  type ListFeatureFlagsResponseSchema,
  type SetFeatureFlagRequest,
  type SetFeatureFlagResponseSchema,
} from '@ampline/contracts';
import { Rpc, type RpcCall } from '@ampline/platform-grpc';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { accountsErrors } from '../errors.js';
import { FeatureStore } from './features.store.js';

@Controller()
export class FeaturesGrpc {
  constructor(private readonly features: FeatureStore) {}

  @Rpc(BrandService.method.listFeatureFlags)
  async listFeatureFlags(
    _request: ListFeatureFlagsRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof ListFeatureFlagsResponseSchema>> {
    return { flags: await this.features.list(call.tenantId) };
  }

  @Rpc(BrandService.method.setFeatureFlag)
  async setFeatureFlag(request: SetFeatureFlagRequest, call: RpcCall): Promise<MessageInitShape<typeof SetFeatureFlagResponseSchema>> {
    const { key, percentage } = request;
    if (percentage < 0 || percentage > 100) throw accountsErrors.fieldInvalid({ field: 'percentage', rule: 'is 0 to 100' });
    return { flag: await this.features.set(call, key, percentage) };
  }

  @Rpc(BrandService.method.evaluateFeatures)
  async evaluateFeatures(
    _request: EvaluateFeaturesRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof EvaluateFeaturesResponseSchema>> {
    return { enabled: await this.features.enabled(call.tenantId, call.caller.subject) };
  }
}
