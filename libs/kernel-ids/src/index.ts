export type {
  Brand,
  CallId,
  CommandId,
  ConnectorId,
  EvseId,
  FactId,
  GroupId,
  IdTokenId,
  IntakeIssueId,
  LocationId,
  SiteId,
  StationId,
  TenantId,
  TransactionId,
} from './brand.js';
export { idErrors } from './errors.js';
export { fromSubjectToken, subjectToken } from './subject-token.js';
export { isTenantSlug } from './tenant-slug.js';
export { compareVersions } from './version-order.js';
export { isUuid, parseId, uuidv7, UuidV7Source } from './uuid.js';
