import type { DescService } from '@bufbuild/protobuf';

/** Who a caller may be. `service` is another service of the installation that acts for itself, `guest` the holder of a guest link. */
export const ROLES = [
  'driver',
  'fleet-manager',
  'operator',
  'support',
  'site-host',
  'partner-manager',
  'tenant-admin',
  'platform-admin',
  'subsidy-applicant',
  'subsidy-officer',
  'subsidy-reviewer',
  'analyst',
  'guest',
  'service',
] as const;
export type Role = (typeof ROLES)[number];

/** What an API key may be allowed to do. */
export const API_SCOPES = [
  'stations:read',
  'stations:write',
  'stations:command',
  'sessions:read',
  'id-tokens:read',
  'id-tokens:write',
  'issues:read',
  'issues:write',
  'people:read',
  'people:write',
  'audit:read',
] as const;
export type ApiScope = (typeof API_SCOPES)[number];

/** `person`: logged in at the realm. `api-key`, `guest`: exchanged by accounts. `service`: another service, for itself. */
export type CallerKind = 'person' | 'api-key' | 'guest' | 'service';

/** A caller whose token has been verified. */
export interface Caller {
  /** Who: user id, id of an API key or guest link, or the name of a service. */
  subject: string;
  /** Absent: a service when it has that role, else a person. */
  kind?: CallerKind;
  /** What people call it. */
  name?: string;
  roles: Role[];
  /** The tenant the caller belongs to; absent for platform admins and services, who name the tenant with each call. */
  tenantId?: string;
  /** The organisation a fleet manager or site host acts for. */
  organisationId?: string;
  /** The driver that this person is. */
  driverId?: string;
  /** Of an API key: it may call what one of these covers, whatever its roles. */
  scopes?: ApiScope[];
  /** Of a guest: the one thing it may see, such as `session:<id>`. */
  resource?: string;
  /** The service that passes the caller on (RFC 8693 `act`). */
  actor?: string;
}

/** What kind of caller it is. */
export function kindOf(caller: Caller): CallerKind {
  return caller.kind ?? (caller.roles.includes('service') ? 'service' : 'person');
}

/** Who may call a method. */
export interface AccessRule {
  roles: readonly Role[];
  /**
   * `tenant`: works on one tenant's data: the caller's own, or for platform admins and services the one named by the metadata
   * `ampline-tenant`. `platform`: concerns the installation.
   */
  scope: 'tenant' | 'platform';
  /** An API key with this scope may call it too; absent: no API key. */
  apiScope?: ApiScope;
}

/** A rule for each method of a service: a method without one does not compile. */
export type AccessRules<S extends DescService> = { readonly [K in keyof S['method']]: AccessRule };

/** A gRPC service with the rules of its methods. */
export interface GrpcBinding {
  readonly service: DescService;
  /** By local method name. */
  readonly access: Readonly<Record<string, AccessRule>>;
}

/** Binds a service to its access rules. */
export function grpcBinding<S extends DescService>(service: S, access: AccessRules<S>): GrpcBinding {
  return { service, access: access as Readonly<Record<string, AccessRule>> };
}

/** Methods that no rule names; the runner refuses to start with any. */
export function methodsWithoutRule(bindings: readonly GrpcBinding[]): string[] {
  return bindings.flatMap(({ service, access }) =>
    service.methods.filter((m) => !Object.hasOwn(access, m.localName)).map((m) => `${service.typeName}/${m.name}`),
  );
}

/** Whether a caller may use what such a rule guards. An API key is judged by its scopes alone, everybody else by their roles. */
export function mayUse(caller: Caller, rule: Pick<AccessRule, 'roles' | 'apiScope'>): boolean {
  if (kindOf(caller) === 'api-key') return rule.apiScope !== undefined && (caller.scopes ?? []).includes(rule.apiScope);
  return caller.roles.some((role) => rule.roles.includes(role));
}
