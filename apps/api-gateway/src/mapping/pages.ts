import type { PageInfo as PageInfoMessage } from '@ampline/contracts';
import { resolverErrors } from '../resolver.errors.js';

/** As many rows as a page may have, and as many ids as one call takes. */
export const LARGEST_PAGE = 500;

/** Arguments of every list. */
export interface PageArgs {
  first?: number | null;
  after?: string | null;
}

/** What a service is asked with for a page. Throws `api.bad-page`. */
export function pageRequest({ first, after }: PageArgs): { limit: number; cursor: string } {
  const limit = first ?? 50;
  if (limit < 1 || limit > LARGEST_PAGE) throw resolverErrors.badPage({ first: limit });
  return { limit, cursor: after ?? '' };
}

/** A page of a connection. */
export function connection<T>(nodes: T[], page: PageInfoMessage | undefined) {
  const endCursor = page?.nextCursor ?? '';
  return { nodes, pageInfo: { hasNextPage: endCursor !== '', endCursor: endCursor === '' ? null : endCursor } };
}
