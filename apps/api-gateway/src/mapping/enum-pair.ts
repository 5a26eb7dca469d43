import { resolverErrors } from '../resolver.errors.js';

/** An enum of the wire and its counterpart of the GraphQL schema. */
export interface EnumPair<P extends number, G extends string> {
  /** The schema's word. Throws `api.value-unknown` for UNSPECIFIED and for what a newer service says. */
  word(value: P): G;
  /** The wire's value; 0, which is UNSPECIFIED, for none. */
  value(word: G | null | undefined): P;
}

/** No constraint once each word of the schema stands in the table, else one that nothing satisfies. */
type Covers<G, Words> = [Exclude<G, Words>] extends [never] ? unknown : { missing: Exclude<G, Words> };

/** Pairs two enums by a table that is total on both sides: a value that is new on either does not compile. */
export function enumPair<P extends number, G extends string>() {
  return <const T extends Record<P, G | undefined>>(words: T & Covers<G, T[P]>): EnumPair<P, G> => {
    const table = words as Record<P, G | undefined>;
    const values = new Map(Object.entries(table).map(([value, word]) => [word as G | undefined, Number(value) as P]));
    return {
      word(value) {
        const word = table[value];
        if (word === undefined) throw resolverErrors.valueUnknown({ value });
        return word;
      },
      value: (word) => values.get(word ?? undefined) ?? (0 as P),
    };
  };
}
