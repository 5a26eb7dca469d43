import type { DescService } from '@bufbuild/protobuf';

/** Who a caller may be. `service` is another service of the installation that acts for itself. */
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
  'service',
] as const;
export type Role = (typeof ROLES)[number];

/** A caller whose token has been verified. */
export interface Caller {
  /** Who: user id, or the name of a service. */
  subject: string;
  roles: Role[];
  /** The tenant the caller belongs to; absent for platform admins and services, who name the tenant with each call. */
  tenantId?: string;
}

/** Who may call a method. */
export interface AccessRule {
  roles: readonly Role[];
  /**
   * `tenant`: works on one tenant's data: the caller's own, or for platform admins and services the one named by the metadata
   * `ampline-tenant`. `platform`: concerns the installation.
   */
  scope: 'tenant' | 'platform';
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
