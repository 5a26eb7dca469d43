import type { StationQuery } from '../../generated/graphql.js';

/** A station as its page knows it. */
export type ShownStation = NonNullable<StationQuery['station']>;
