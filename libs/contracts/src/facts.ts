import { IdTokenStateSchema, TenantStateSchema } from './gen/ampline/accounts/v1/events_pb.js';
import { IntakeIssueStateSchema, StationStateSchema } from './gen/ampline/csms/v1/events_pb.js';
import { SessionStateSchema } from './gen/ampline/session/v1/session_pb.js';
import { defineFact } from './fact-type.js';

/** A tenant was created or changed. Key: tenant id. */
export const tenantChanged = defineFact({ context: 'accounts', entity: 'tenant', verb: 'changed', version: 1, schema: TenantStateSchema });
/** An id token was created or changed. Key: id token id. */
export const idTokenChanged = defineFact({
  context: 'accounts',
  entity: 'id_token',
  verb: 'changed',
  version: 1,
  schema: IdTokenStateSchema,
});
/** A charging station was created, changed, went online or offline, or a connector reported a status. Key: station id. */
export const stationChanged = defineFact({ context: 'csms', entity: 'station', verb: 'changed', version: 1, schema: StationStateSchema });
/** An intake issue was raised or resolved. Key: issue id. */
export const intakeIssueChanged = defineFact({
  context: 'csms',
  entity: 'intake_issue',
  verb: 'changed',
  version: 1,
  schema: IntakeIssueStateSchema,
});
/** A session began. Key: session id. */
export const sessionStarted = defineFact({ context: 'csms', entity: 'session', verb: 'started', version: 1, schema: SessionStateSchema });
/** A live session has newer figures; at most every 30 s. Key: session id. */
export const sessionUpdated = defineFact({ context: 'csms', entity: 'session', verb: 'updated', version: 1, schema: SessionStateSchema });
/** A session ended, or an ended session was corrected by a person. Key: session id. */
export const sessionEnded = defineFact({ context: 'csms', entity: 'session', verb: 'ended', version: 1, schema: SessionStateSchema });
