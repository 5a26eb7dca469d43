import type { Role } from '../generated/graphql.js';

/** Who may do what, as the schema's `@access` says it: the API decides, the console only does not offer what would be refused. */
export const STAFF: readonly Role[] = ['OPERATOR', 'SUPPORT', 'ANALYST', 'TENANT_ADMIN', 'PLATFORM_ADMIN'];
/** Sees raw messages. */
export const MESSAGE_READERS: readonly Role[] = ['OPERATOR', 'SUPPORT', 'TENANT_ADMIN', 'PLATFORM_ADMIN'];
/** Commands stations, changes them and id tokens, resolves issues. */
export const OPERATORS: readonly Role[] = ['OPERATOR', 'TENANT_ADMIN', 'PLATFORM_ADMIN'];
/** Reads people. */
export const PEOPLE_READERS: readonly Role[] = ['OPERATOR', 'SUPPORT', 'TENANT_ADMIN', 'PLATFORM_ADMIN'];
/** Changes people, brands, keys. */
export const ADMINS: readonly Role[] = ['TENANT_ADMIN', 'PLATFORM_ADMIN'];
export const AUDITORS: readonly Role[] = ['SUPPORT', 'TENANT_ADMIN', 'PLATFORM_ADMIN'];
/** Has sessions or id tokens of their own. */
export const OWNERS: readonly Role[] = ['DRIVER', 'FLEET_MANAGER'];
