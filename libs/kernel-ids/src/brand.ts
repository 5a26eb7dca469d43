/** A string that only its parser or maker can produce: a station id cannot be passed where a site id is due. */
export type Brand<T, B extends string> = T & { readonly __brand: B };

export type TenantId = Brand<string, 'TenantId'>;
export type StationId = Brand<string, 'StationId'>;
export type EvseId = Brand<string, 'EvseId'>;
export type ConnectorId = Brand<string, 'ConnectorId'>;
export type SiteId = Brand<string, 'SiteId'>;
export type LocationId = Brand<string, 'LocationId'>;
/** Our uuid of a transaction, not the integer that OCPP 1.6 puts on the wire. */
export type TransactionId = Brand<string, 'TransactionId'>;
export type IdTokenId = Brand<string, 'IdTokenId'>;
export type GroupId = Brand<string, 'GroupId'>;
export type IntakeIssueId = Brand<string, 'IntakeIssueId'>;
export type FactId = Brand<string, 'FactId'>;
export type CommandId = Brand<string, 'CommandId'>;
/** Idempotency key of one station CALL: the same on every retry between gateway and back end. */
export type CallId = Brand<string, 'CallId'>;
