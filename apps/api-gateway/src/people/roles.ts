import { ROLES, type Role as RoleText } from '@ampline/platform-grpc';
import type { Role } from '../generated/graphql.js';

/** The schema's word for each role; none for services, who do not use the API. */
const WORDS: Record<RoleText, Role | undefined> = {
  driver: 'DRIVER',
  'fleet-manager': 'FLEET_MANAGER',
  operator: 'OPERATOR',
  support: 'SUPPORT',
  'site-host': 'SITE_HOST',
  'partner-manager': 'PARTNER_MANAGER',
  'tenant-admin': 'TENANT_ADMIN',
  'platform-admin': 'PLATFORM_ADMIN',
  'subsidy-applicant': 'SUBSIDY_APPLICANT',
  'subsidy-officer': 'SUBSIDY_OFFICER',
  'subsidy-reviewer': 'SUBSIDY_REVIEWER',
  analyst: 'ANALYST',
  guest: 'GUEST',
  service: undefined,
};

const TEXTS: Record<Role, RoleText> = {
  DRIVER: 'driver',
  FLEET_MANAGER: 'fleet-manager',
  OPERATOR: 'operator',
  SUPPORT: 'support',
  SITE_HOST: 'site-host',
  PARTNER_MANAGER: 'partner-manager',
  TENANT_ADMIN: 'tenant-admin',
  PLATFORM_ADMIN: 'platform-admin',
  SUBSIDY_APPLICANT: 'subsidy-applicant',
  SUBSIDY_OFFICER: 'subsidy-officer',
  SUBSIDY_REVIEWER: 'subsidy-reviewer',
  ANALYST: 'analyst',
  GUEST: 'guest',
};

/** Roles as the schema calls them, without those that this version does not know. */
export function rolesOf(texts: readonly string[]): Role[] {
  return ROLES.filter((role) => texts.includes(role)).flatMap((role) => WORDS[role] ?? []);
}

export function roleText(role: Role): RoleText {
  return TEXTS[role];
}
