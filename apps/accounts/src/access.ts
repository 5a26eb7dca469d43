import { AccountsService } from '@ampline/contracts';
import { grpcBinding, type AccessRule } from '@ampline/platform-grpc';

const platformAdmin: AccessRule = { roles: ['platform-admin'], scope: 'platform' };
const exporting: AccessRule = { roles: ['service', 'platform-admin'], scope: 'platform' };
const changing: AccessRule = { roles: ['operator', 'tenant-admin', 'platform-admin'], scope: 'tenant' };
const reading: AccessRule = { roles: ['operator', 'support', 'tenant-admin', 'platform-admin', 'service'], scope: 'tenant' };

/** The service and who may call what. */
export const accountsBinding = grpcBinding(AccountsService, {
  createTenant: platformAdmin,
  listTenants: platformAdmin,
  setTenantStatus: platformAdmin,
  createTokenGroup: changing,
  updateTokenGroup: changing,
  listTokenGroups: reading,
  putIdToken: changing,
  blockIdToken: changing,
  unblockIdToken: changing,
  getIdToken: reading,
  listIdTokens: reading,
  exportTenants: exporting,
  exportIdTokens: exporting,
});
