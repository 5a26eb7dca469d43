import { AccountsService, type IdTokenState, type TenantState } from '@ampline/contracts';
import type { Client } from '@ampline/platform-grpc';
import { AccountsExport } from './accounts-load.js';

/** The export streams of accounts. */
export class AccountsGrpcExport extends AccountsExport {
  constructor(private readonly accounts: Client<typeof AccountsService>) {
    super();
  }

  async *tenants(signal: AbortSignal): AsyncGenerator<TenantState> {
    for await (const { tenant } of this.accounts.exportTenants({}, { signal })) if (tenant) yield tenant;
  }

  async *idTokens(signal: AbortSignal): AsyncGenerator<IdTokenState> {
    for await (const { idToken } of this.accounts.exportIdTokens({}, { signal })) if (idToken) yield idToken;
  }
}
