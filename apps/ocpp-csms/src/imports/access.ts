import { ImportService } from '@ampline/contracts';
import { grpcBinding, type AccessRule } from '@ampline/platform-grpc';
import { OPERATORS, STAFF } from '../access.js';

const reading: AccessRule = { roles: STAFF, scope: 'tenant', apiScope: 'stations:read' };
const changing: AccessRule = { roles: OPERATORS, scope: 'tenant', apiScope: 'stations:write' };

/** Imports and data quality: who may call what. Rows of id tokens name people's cards: only who may write them sees them. */
export const importBinding = grpcBinding(ImportService, {
  getImportTemplate: changing,
  beginImport: changing,
  appendImport: changing,
  checkImport: changing,
  applyImport: changing,
  getImport: changing,
  listImports: changing,
  listImportRows: changing,
  settleImportRows: changing,
  listDataFindings: reading,
  listSiteScores: reading,
});
