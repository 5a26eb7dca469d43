import { AccessService, AccountsService, AuditService, BrandService, PeopleService } from '@ampline/contracts';
import { grpcBinding, ROLES, type AccessRule, type ApiScope, type Role } from '@ampline/platform-grpc';

/** Who sees all rows of a tenant. */
export const STAFF: readonly Role[] = ['operator', 'support', 'tenant-admin', 'platform-admin', 'service'];
const OPERATING: readonly Role[] = ['operator', 'tenant-admin', 'platform-admin'];
const ADMINS: readonly Role[] = ['tenant-admin', 'platform-admin'];
/** Everybody who can log in. */
const PEOPLE: readonly Role[] = ROLES.filter((role) => role !== 'service' && role !== 'guest');

const tenant = (roles: readonly Role[], apiScope?: ApiScope): AccessRule => ({ roles, scope: 'tenant', ...(apiScope && { apiScope }) });
const platform = (...roles: Role[]): AccessRule => ({ roles, scope: 'platform' });

const exporting = platform('service', 'platform-admin');
/** A driver sees and blocks their own, a fleet manager those of the organisation. */
const ownToo: readonly Role[] = ['driver', 'fleet-manager'];

/** Tenants and id tokens: who may call what. */
export const accountsBinding = grpcBinding(AccountsService, {
  createTenant: platform('platform-admin'),
  listTenants: platform('platform-admin'),
  setTenantStatus: platform('platform-admin'),
  createTokenGroup: tenant(OPERATING, 'id-tokens:write'),
  updateTokenGroup: tenant(OPERATING, 'id-tokens:write'),
  listTokenGroups: tenant(STAFF, 'id-tokens:read'),
  putIdToken: tenant(OPERATING, 'id-tokens:write'),
  blockIdToken: tenant([...OPERATING, ...ownToo], 'id-tokens:write'),
  unblockIdToken: tenant(OPERATING, 'id-tokens:write'),
  removeIdToken: tenant(OPERATING, 'id-tokens:write'),
  getIdToken: tenant([...STAFF, ...ownToo], 'id-tokens:read'),
  listIdTokens: tenant([...STAFF, ...ownToo], 'id-tokens:read'),
  exportTenants: exporting,
  exportIdTokens: exporting,
});

/** Organisations, users, drivers: who may call what. */
export const peopleBinding = grpcBinding(PeopleService, {
  createOrganisation: tenant(ADMINS, 'people:write'),
  updateOrganisation: tenant(ADMINS, 'people:write'),
  listOrganisations: tenant([...STAFF, 'fleet-manager', 'site-host'], 'people:read'),
  inviteUser: tenant(ADMINS, 'people:write'),
  renewInvitation: tenant(ADMINS, 'people:write'),
  // Asked by the api-gateway for whoever holds the secret.
  getInvitation: platform('service'),
  acceptInvitation: platform('service'),
  updateUser: tenant(ADMINS, 'people:write'),
  setUserStatus: tenant(ADMINS, 'people:write'),
  deleteUser: tenant(ADMINS, 'people:write'),
  // People see themselves; who else is seen, the roles of staff decide.
  getUser: tenant([...PEOPLE, 'service'], 'people:read'),
  batchGetUsers: tenant(STAFF, 'people:read'),
  listUsers: tenant(STAFF, 'people:read'),
  createDriver: tenant(OPERATING, 'people:write'),
  updateDriver: tenant(OPERATING, 'people:write'),
  listDrivers: tenant([...STAFF, 'fleet-manager'], 'people:read'),
  batchGetDrivers: tenant([...STAFF, ...ownToo], 'people:read'),
  giveConsent: tenant(PEOPLE),
  withdrawConsent: tenant(PEOPLE),
  listConsents: tenant(PEOPLE),
});

/** Credentials from outside: who may call what. */
export const accessBinding = grpcBinding(AccessService, {
  exchangeAccessToken: platform('service'),
  exchangeApiKey: platform('service'),
  exchangeGuestLink: platform('service'),
  createApiKey: tenant(ADMINS),
  listApiKeys: tenant(ADMINS),
  revokeApiKey: tenant(ADMINS),
  createGuestLink: tenant(['operator', 'support', 'tenant-admin', 'platform-admin'], 'sessions:read'),
  listGuestLinks: tenant(['operator', 'support', 'tenant-admin', 'platform-admin'], 'sessions:read'),
  revokeGuestLink: tenant(['operator', 'support', 'tenant-admin', 'platform-admin'], 'sessions:read'),
});

/** Brands and features: who may call what. */
export const brandBinding = grpcBinding(BrandService, {
  createBrand: tenant(ADMINS),
  updateBrand: tenant(ADMINS),
  listBrands: tenant(STAFF),
  resolveBrand: platform('service'),
  setBrandLogo: tenant(ADMINS),
  getBrandLogo: platform('service'),
  listFeatureFlags: tenant(STAFF),
  setFeatureFlag: tenant(ADMINS),
  evaluateFeatures: tenant([...PEOPLE, 'service']),
});

/** The audit log: who may call what. */
export const auditBinding = grpcBinding(AuditService, {
  searchAudit: tenant(['support', 'tenant-admin', 'platform-admin'], 'audit:read'),
});
