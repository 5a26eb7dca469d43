import { readdirSync, readFileSync } from 'node:fs';
import { makeExecutableSchema } from '@graphql-tools/schema';
import type { GraphQLSchema } from 'graphql';
import type { Resolvers } from '../generated/graphql.js';

const FOLDER = new URL('../../schema/', import.meta.url);

/** The SDL of the product, as in `schema/`. */
export function typeDefs(): string[] {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.graphql'));
  return files.sort().map((file) => readFileSync(new URL(file, FOLDER), 'utf8'));
}

/** The schema that is served. Throws when a resolver stands for a field that does not exist. */
export function executableSchema(resolvers: readonly Resolvers[]): GraphQLSchema {
  return makeExecutableSchema({
    typeDefs: typeDefs(),
    resolvers: [...resolvers],
    resolverValidationOptions: { requireResolversToMatchSchema: 'error' },
  });
}
