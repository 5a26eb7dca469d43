import type { OperationVariables, TypedDocumentNode } from '@apollo/client';
import { useApolloClient } from '@apollo/client/react';
import { useEffect, useEffectEvent } from 'react';
import { backoffMs } from './backoff.js';
import { resync } from './client.js';

interface LiveOptions<T, V> {
  variables?: V;
  /** Watches nothing while true. */
  skip?: boolean;
  /** Each change. What it says of things that the cache knows is in the cache already. */
  onData?: (data: T) => void;
}

/**
 * Watches a subscription while the component is shown, over lost connections as well. When the API says that something was missed
 * (`Resync`), everything on the screen is asked for again.
 */
export function useLive<T, V extends OperationVariables>(document: TypedDocumentNode<T, V>, options: LiveOptions<T, V>): void {
  const client = useApolloClient();
  const { variables, skip = false, onData } = options;
  const key = JSON.stringify(variables ?? {});
  const take = useEffectEvent((data: T) => {
    if (isResync(data)) void resync(client);
    else onData?.(data);
  });

  useEffect(() => {
    if (skip) return undefined;
    let attempt = 0;
    let waiting: ReturnType<typeof setTimeout> | undefined;
    let ended = false;
    let watch: { unsubscribe: () => void } | undefined;
    const again = () => {
      if (ended) return;
      waiting = setTimeout(begin, backoffMs(attempt, Math.random()));
      attempt += 1;
    };
    const begin = () => {
      watch = client.subscribe<T>({ query: document, variables: JSON.parse(key) as OperationVariables }).subscribe({
        next: ({ data }) => {
          attempt = 0;
          if (data) take(data);
        },
        error: again,
        complete: again,
      });
    };
    begin();
    return () => {
      ended = true;
      clearTimeout(waiting);
      watch?.unsubscribe();
    };
  }, [client, document, key, skip]);
}

function isResync(data: unknown): boolean {
  return Object.values(data as Record<string, unknown>).some(
    (value) => typeof value === 'object' && value !== null && '__typename' in value && value.__typename === 'Resync',
  );
}
