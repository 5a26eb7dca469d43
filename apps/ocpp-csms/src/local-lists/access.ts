import { LocalListService } from '@ampline/contracts';
import { grpcBinding, type AccessRule } from '@ampline/platform-grpc';
import { OPERATORS, STAFF } from '../access.js';

const reading: AccessRule = { roles: STAFF, scope: 'tenant', apiScope: 'stations:read' };
const changing: AccessRule = { roles: OPERATORS, scope: 'tenant', apiScope: 'stations:write' };
const syncing: AccessRule = { roles: [...OPERATORS, 'service'], scope: 'tenant', apiScope: 'stations:command' };

/** Local lists: who may call what. */
export const localListBinding = grpcBinding(LocalListService, {
  listLocalListPolicies: reading,
  setLocalListPolicy: changing,
  removeLocalListPolicy: changing,
  getLocalList: reading,
  listLocalListEntries: reading,
  syncLocalList: syncing,
});
