import type { Resolvers } from '../generated/graphql.js';
import { scalarResolvers } from './scalars.js';

/** What each feature resolves; merged into one map. */
export const resolvers: readonly Resolvers[] = [scalarResolvers];
