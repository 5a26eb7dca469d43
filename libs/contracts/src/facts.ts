import {
  AccessRevokedSchema,
  BrandStateSchema,
  DriverStateSchema,
  IdTokenStateSchema,
  OrganisationStateSchema,
  TenantStateSchema,
  UserStateSchema,
} from './gen/ampline/accounts/v1/events_pb.js';
import { AuditEntrySchema } from './gen/ampline/audit/v1/audit_pb.js';
import { CommandStateSchema, IntakeIssueStateSchema, StationStateSchema } from './gen/ampline/csms/v1/events_pb.js';
import { ReservationStateSchema } from './gen/ampline/csms/v1/reservations_pb.js';
import { SessionStateSchema } from './gen/ampline/session/v1/session_pb.js';
import { defineFact, type FactType } from './fact-type.js';

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
/** An organisation was created or changed. Key: organisation id. */
export const organisationChanged = defineFact({
  context: 'accounts',
  entity: 'organisation',
  verb: 'changed',
  version: 1,
  schema: OrganisationStateSchema,
});
/** A user was invited, changed, disabled or deleted. Key: user id. */
export const userChanged = defineFact({ context: 'accounts', entity: 'user', verb: 'changed', version: 1, schema: UserStateSchema });
/** A driver was created or changed. Key: driver id. */
export const driverChanged = defineFact({ context: 'accounts', entity: 'driver', verb: 'changed', version: 1, schema: DriverStateSchema });
/** A brand was created or changed. Key: brand id. */
export const brandChanged = defineFact({ context: 'accounts', entity: 'brand', verb: 'changed', version: 1, schema: BrandStateSchema });
/** An API key or a guest link is void from now on. Key: its id. */
export const accessRevoked = defineFact({
  context: 'accounts',
  entity: 'access',
  verb: 'revoked',
  version: 1,
  schema: AccessRevokedSchema,
});
/** Somebody did something. Key: audit id. Every context tells its own; accounts keeps them all. */
export const auditRecorded = (context: string): FactType<typeof AuditEntrySchema> =>
  defineFact({ context, entity: 'audit', verb: 'recorded', version: 1, schema: AuditEntrySchema });
/** A command to a station was recorded, or its outcome is known. Key: command id. */
export const commandChanged = defineFact({ context: 'csms', entity: 'command', verb: 'changed', version: 1, schema: CommandStateSchema });
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
/** A reservation was asked for, or stands otherwise than before. Key: reservation id. */
export const reservationChanged = defineFact({
  context: 'csms',
  entity: 'reservation',
  verb: 'changed',
  version: 1,
  schema: ReservationStateSchema,
});
/** A session began. Key: session id. */
export const sessionStarted = defineFact({ context: 'csms', entity: 'session', verb: 'started', version: 1, schema: SessionStateSchema });
/** A live session has newer figures; at most every 30 s. Key: session id. */
export const sessionUpdated = defineFact({ context: 'csms', entity: 'session', verb: 'updated', version: 1, schema: SessionStateSchema });
/** A session ended, or an ended session was corrected by a person. Key: session id. */
export const sessionEnded = defineFact({ context: 'csms', entity: 'session', verb: 'ended', version: 1, schema: SessionStateSchema });
