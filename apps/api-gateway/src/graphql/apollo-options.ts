import type { ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import type { Request } from 'express';
import { GraphQLError, type GraphQLFormattedError, type GraphQLSchema } from 'graphql';
import type { ErrorAnswers } from '../error-answers.js';
import type { Contexts } from './contexts.js';
import type { OperationMetrics, OperationOutcome } from './operation-metrics.js';

/** Nobody caches answers by hints, which cost time for each field; nothing is reported to Apollo, whatever the environment says. */
const WITHOUT: readonly ApolloServerPlugin[] = [
  ApolloServerPluginCacheControlDisabled(),
  ApolloServerPluginUsageReportingDisabled(),
  ApolloServerPluginSchemaReportingDisabled(),
];

/** Apollo as it serves what has passed the gate. What it would offer besides is off: the gate and our own errors stand in its place. */
export function apolloOptions(o: {
  schema: GraphQLSchema;
  contexts: Contexts;
  answers: ErrorAnswers;
  metrics: OperationMetrics;
}): ApolloDriverConfig {
  return {
    driver: ApolloDriver,
    path: '/graphql',
    schema: o.schema,
    context: ({ req }: { req: Request }) => o.contexts.of(req),
    formatError: (formatted, thrown) => formatError(o.answers, formatted, thrown),
    plugins: [timing(o.metrics), ...WITHOUT],
    introspection: true,
    graphiql: false,
    autoTransformHttpErrors: false,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    csrfPrevention: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
  };
}

function formatError(answers: ErrorAnswers, formatted: GraphQLFormattedError, thrown: unknown): GraphQLFormattedError {
  return answers.graphql(
    thrown instanceof GraphQLError ? thrown : new GraphQLError(formatted.message, { originalError: thrown as Error, path: [] }),
  );
}

function timing(metrics: OperationMetrics): ApolloServerPlugin {
  return {
    requestDidStart: () => {
      const begun = performance.now();
      return Promise.resolve({
        willSendResponse: ({ operationName, operation, response: { body } }) => {
          const single = body.kind === 'single' ? body.singleResult : undefined;
          const outcome: OperationOutcome = !single?.errors ? 'ok' : single.data ? 'partial' : 'failed';
          metrics.record({ name: operationName ?? '', type: operation?.operation ?? 'unknown', outcome, begun });
          return Promise.resolve();
        },
      });
    },
  };
}
