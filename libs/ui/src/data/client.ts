import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, type TypePolicies } from '@apollo/client';
import { SetContextLink } from '@apollo/client/link/context';
import { ErrorLink } from '@apollo/client/link/error';
import { RetryLink } from '@apollo/client/link/retry';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { getMainDefinition } from '@apollo/client/utilities';
import { map } from 'rxjs';
import type { Session } from '../session/session.js';
import { backoffMs } from './backoff.js';
import { failureOf } from './errors.js';
import { Newest } from './newest.js';
import { MOST_PER_PAGE, rowsIn } from './pages.js';
import type { LiveSocket } from './socket.js';

const ATTEMPTS = 4;

export interface DataOptions {
  /** Path or URL of the GraphQL endpoint. */
  url: string;
  session: Session;
  socket: LiveSocket;
  typePolicies: TypePolicies;
}

/** The API as pages ask it: queries and mutations by HTTP, what is live by one WebSocket, all of it through one cache. */
export function createData({ url, session, socket, typePolicies }: DataOptions): ApolloClient {
  const newest = new Newest();

  const settled = new ApolloLink((operation, forward) =>
    forward(operation).pipe(map((result) => (result.data ? { ...result, data: newest.settle(result.data) } : result))),
  );
  const identified = new SetContextLink(async ({ headers }) => {
    const token = await session.token();
    return { headers: { ...headers, ...(token !== undefined && { authorization: `Bearer ${token}` }) } };
  });
  const refusals = new ErrorLink(({ error }) => {
    const failure = failureOf(error);
    if (failure.kind === 'unauthenticated' || failure.code === 'unauthenticated') void session.refused();
  });
  // Reads only: whether a lost command arrived is known by its idempotency key alone, and the person decides.
  const retries = new RetryLink({
    attempts: (attempt, operation, error) => attempt < ATTEMPTS && isQuery(operation) && failureOf(error).code === 'network',
    delay: (attempt) => backoffMs(attempt, Math.random()),
  });
  const overHttp = ApolloLink.from([refusals, retries, identified, new HttpLink({ uri: url })]);
  const overSocket = new GraphQLWsLink(socket.client);

  const client = new ApolloClient({
    link: settled.concat(ApolloLink.split((operation) => isLive(operation), overSocket, overHttp)),
    cache: new InMemoryCache({ typePolicies }),
    defaultOptions: { watchQuery: { fetchPolicy: 'cache-and-network', nextFetchPolicy: 'cache-first' } },
  });
  client.onClearStore(async () => newest.forget());
  socket.onReconnected(() => void resync(client));
  return client;
}

/** Asks for everything again that is on the screen: lists in the length that they have, as far as one page goes. */
export async function resync(client: ApolloClient): Promise<void> {
  const active = [...client.getObservableQueries('active')];
  await Promise.allSettled(
    active.map((shown) => {
      const rows = rowsIn(shown.getCurrentResult().data);
      if (rows === undefined) return shown.refetch();
      const first = Math.min(MOST_PER_PAGE, Math.max(rows, 1));
      return client.query({ query: shown.query, variables: { ...shown.variables, first }, fetchPolicy: 'network-only' });
    }),
  );
}

function operationOf({ query }: ApolloLink.Operation): string | undefined {
  const definition = getMainDefinition(query);
  return definition.kind === 'OperationDefinition' ? definition.operation : undefined;
}
const isQuery = (operation: ApolloLink.Operation) => operationOf(operation) === 'query';
const isLive = (operation: ApolloLink.Operation) => operationOf(operation) === 'subscription';
