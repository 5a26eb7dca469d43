import type { FieldPolicy } from '@apollo/client/cache';

/** A page of a keyset list as the API answers it. */
export interface Connection<T> {
  nodes: readonly T[];
  pageInfo: { hasNextPage: boolean; endCursor?: string | null };
}

/** Most rows that the API gives at once. */
export const MOST_PER_PAGE = 500;

/**
 * How the cache keeps a keyset list: the pages one after another, one list for each combination of `keyArgs`.
 * Asked from the start again, the list begins anew.
 */
export function keysetPages(...keyArgs: string[]): FieldPolicy<Connection<unknown>> {
  return {
    keyArgs,
    merge: (known, came, { args }) =>
      known === undefined || typeof args?.['after'] !== 'string' ? came : { ...came, nodes: [...known.nodes, ...came.nodes] },
  };
}

/** How many rows of a list the answer of a query holds; undefined when it holds no list. */
export function rowsIn(data: unknown): number | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  for (const value of Object.values(data)) {
    if (typeof value === 'object' && value !== null && 'nodes' in value && Array.isArray(value.nodes)) return value.nodes.length;
  }
  return undefined;
}
