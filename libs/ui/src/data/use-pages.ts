import type { OperationVariables, TypedDocumentNode } from '@apollo/client';
import { NetworkStatus } from '@apollo/client';
import { useQuery } from '@apollo/client/react';
import { useCallback, useRef } from 'react';
import { type Connection, rowsIn, MOST_PER_PAGE } from './pages.js';

/** A list as a table shows it. */
export interface Pages<T> {
  rows: readonly T[];
  /** Nothing is known yet. */
  loading: boolean;
  error: Error | undefined;
  /** The API could not get hold of the list just now: not the same as an empty one. */
  unavailable?: boolean;
  hasMore: boolean;
  loadMore: () => void;
  /** Asks again for what is shown. */
  reload: () => void;
}

/**
 * A keyset list that grows by scrolling. `connection` finds it in the answer, null where the API has none at the moment; the cache needs
 * `keysetPages` for its field.
 * @example usePages(StationsDocument, { filter }, (data) => data.stations)
 */
export function usePages<T, V extends OperationVariables, N>(
  document: TypedDocumentNode<T, V>,
  variables: V,
  connection: (data: T) => Connection<N> | null | undefined,
): Pages<N> {
  const asked = useQuery<T, OperationVariables>(document, { variables, notifyOnNetworkStatusChange: true });
  const { data, error, networkStatus, fetchMore, refetch, client } = asked;
  const page = data === undefined ? undefined : (connection(data as T) ?? undefined);
  const growing = useRef(false);

  const loadMore = useCallback(() => {
    if (growing.current || page?.pageInfo.hasNextPage !== true) return;
    growing.current = true;
    void fetchMore({ variables: { after: page.pageInfo.endCursor } })
      .catch(() => undefined)
      .finally(() => (growing.current = false));
  }, [fetchMore, page]);

  const reload = useCallback(() => {
    const rows = rowsIn(data);
    if (rows === undefined) return void refetch();
    const first = Math.min(MOST_PER_PAGE, Math.max(rows, 1));
    void client.query({ query: document, variables: { ...variables, first }, fetchPolicy: 'network-only' }).catch(() => undefined);
  }, [client, data, document, refetch, variables]);

  return {
    rows: page?.nodes ?? [],
    loading: data === undefined && (networkStatus === NetworkStatus.loading || networkStatus === NetworkStatus.setVariables),
    error: data === undefined ? error : undefined,
    unavailable: data !== undefined && page === undefined,
    hasMore: page?.pageInfo.hasNextPage ?? false,
    loadMore,
    reload,
  };
}
