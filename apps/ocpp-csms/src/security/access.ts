import { SecurityService } from '@ampline/contracts';
import { grpcBinding, type AccessRule, type Role } from '@ampline/platform-grpc';
import { STAFF } from '../access.js';

const reading: AccessRule = { roles: STAFF, scope: 'tenant', apiScope: 'stations:read' };
const changing: AccessRule = { roles: ['operator', 'tenant-admin', 'platform-admin'], scope: 'tenant', apiScope: 'stations:write' };
/** Whom a tenant trusts decides who may be its station: no API key decides that. */
const ADMINS: readonly Role[] = ['tenant-admin', 'platform-admin'];
const trusting: AccessRule = { roles: ADMINS, scope: 'tenant' };

/** Security of stations: who may call what. */
export const securityBinding = grpcBinding(SecurityService, {
  listCertificateAuthorities: reading,
  createCertificateAuthority: trusting,
  trustCertificateAuthority: trusting,
  distrustCertificateAuthority: trusting,
  listCertificateRequests: reading,
  uploadStationCertificate: changing,
  listStationCertificates: reading,
  revokeStationCertificate: changing,
  getStationSecurity: reading,
  setSecurityProfile: changing,
  startSecurityChanges: changing,
  listSecurityChanges: reading,
  listSecurityEvents: reading,
  listRefusedStations: reading,
});
