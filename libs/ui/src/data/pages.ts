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

/** How many rows the first list in the answer of a query holds, at its top or in the thing that was asked for; undefined without a list. */
export function rowsIn(data: unknown): number | undefined {
  const fields = valuesOf(data);
  return (
    fields.map(lengthOf).find((length) => length !== undefined) ??
    fields
      .flatMap(valuesOf)
      .map(lengthOf)
      .find((length) => length !== undefined)
  );
}

function lengthOf(value: unknown): number | undefined {
  const isList = typeof value === 'object' && value !== null && 'nodes' in value && Array.isArray(value.nodes);
  return isList ? (value.nodes as unknown[]).length : undefined;
}

function valuesOf(value: unknown): unknown[] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.values(value) : [];
}
