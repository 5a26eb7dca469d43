import { Controller } from '@nestjs/common';
import {
  AccountsService,
  type CreateTenantRequest,
  type CreateTenantResponseSchema,
  type ListTenantsRequest,
  type ListTenantsResponseSchema,
  type SetTenantStatusRequest,
  type SetTenantStatusResponseSchema,
} from '@ampline/contracts';
import { isTenantSlug, parseId } from '@ampline/kernel-ids';
import { Rpc, type RpcCall } from '@ampline/platform-grpc';
import { cursorText, pageFrom, pageOf } from '@ampline/platform-postgres';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { accountsErrors } from '../errors.js';
import { nameOf } from '../names.js';
import { storedTenantStatus } from './tenants.mapping.js';
import { TenantStore } from './tenants.store.js';

@Controller()
export class TenantsGrpc {
  constructor(private readonly tenants: TenantStore) {}

  @Rpc(AccountsService.method.createTenant)
  async createTenant(request: CreateTenantRequest, call: RpcCall): Promise<MessageInitShape<typeof CreateTenantResponseSchema>> {
    if (!isTenantSlug(request.slug)) throw accountsErrors.slugInvalid({ slug: request.slug });
    return { tenant: await this.tenants.create(call.caller, request.slug, nameOf(request.name)) };
  }

  @Rpc(AccountsService.method.listTenants)
  async listTenants(request: ListTenantsRequest): Promise<MessageInitShape<typeof ListTenantsResponseSchema>> {
    const page = pageOf(request.page);
    const found = pageFrom(await this.tenants.page(cursorText(page, 'uuid'), page.limit + 1), page, (tenant) => [tenant.tenantId]);
    return { tenants: found.rows, page: found.page };
  }

  @Rpc(AccountsService.method.setTenantStatus)
  async setTenantStatus(request: SetTenantStatusRequest, call: RpcCall): Promise<MessageInitShape<typeof SetTenantStatusResponseSchema>> {
    const status = storedTenantStatus(request.status);
    if (!status) throw accountsErrors.tenantStatusMissing();
    return { tenant: await this.tenants.setStatus(call.caller, parseId('TenantId', request.tenantId), status) };
  }
}
