export { AuditTrail, type Deed } from './audit-trail.js';
