import type { Role } from '../generated/graphql.js';
import { PAGES } from '../routes.js';

/** The first page of the navigation that somebody may see; undefined when there is none. */
export function homeOf(roles: readonly Role[]): string | undefined {
  return PAGES.find((page) => page.nav !== undefined && page.roles.some((role) => roles.includes(role)))?.path;
}
