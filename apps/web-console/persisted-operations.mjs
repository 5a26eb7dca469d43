// The operations of an application with their fingerprints, for an API that runs only what it knows.
import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { InMemoryCache } from '@apollo/client';
import { concatAST, Kind, parse, print, visit } from 'graphql';

/**
 * SHA-256 → text of each operation, exactly as the client sends it: with `__typename` everywhere and its fragments behind it.
 * @param {string[]} sources texts of all `.graphql` files of the application
 * @returns {Record<string, string>}
 */
export function manifestOf(sources) {
  const { definitions } = concatAST(sources.map((source) => parse(source)));
  const fragments = new Map(definitions.flatMap((one) => (one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one]] : [])));
  const cache = new InMemoryCache();
  const texts = definitions
    .filter((one) => one.kind === Kind.OPERATION_DEFINITION)
    .map((operation) => print(cache.transformDocument({ kind: Kind.DOCUMENT, definitions: [operation, ...used(operation, fragments)] })));
  return Object.fromEntries(texts.map((text) => [createHash('sha256').update(text).digest('hex'), text]));
}

/** Fragments that a definition spreads, each once and behind those that it spreads itself: the order of the generated documents. */
function used(definition, fragments, found = new Map()) {
  visit(definition, {
    FragmentSpread({ name: { value } }) {
      const fragment = fragments.get(value);
      if (fragment === undefined || found.has(value)) return;
      used(fragment, fragments, found);
      found.set(value, fragment);
    },
  });
  return [...found.values()];
}

/** Vite plugin: writes `persisted-operations.json` beside the page. */
export function persistedOperations(folder) {
  return {
    name: 'ampline-persisted-operations',
    apply: 'build',
    generateBundle() {
      const root = resolve(import.meta.dirname, folder);
      const sources = globSync('**/*.graphql', { cwd: root }).map((file) => readFileSync(resolve(root, file), 'utf8'));
      this.emitFile({ type: 'asset', fileName: 'persisted-operations.json', source: `${JSON.stringify(manifestOf(sources), null, 1)}\n` });
    },
  };
}
