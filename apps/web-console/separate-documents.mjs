// Each GraphQL document is bundled with the pages that ask it, although all of them are generated into one file.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const PART = '?document=';

/** Vite plugin: `file` becomes a list of modules with one document each. */
export function separateDocuments(file) {
  const path = resolve(import.meta.dirname, file);
  return {
    name: 'ampline-separate-documents',
    apply: 'build',
    enforce: 'pre',
    resolveId(source) {
      return source.startsWith(`${path}${PART}`) ? source : undefined;
    },
    load(id) {
      const [place, wanted] = id.split(PART);
      if (place !== path) return undefined;
      const documents = documentsOf(readFileSync(path, 'utf8'));
      const list = () => [...documents.keys()].map((name) => `export { ${name} } from '${path}${PART}${name}';`).join('\n');
      return { code: wanted === undefined ? list() : documents.get(wanted), moduleSideEffects: false, moduleType: 'ts' };
    },
  };
}

/** Name → the statement that exports it, which stands on a line of its own. Types are not needed any more. */
function documentsOf(source) {
  return new Map(
    source.split('\n').flatMap((line) => {
      const name = /^export const (\w+) = /.exec(line)?.[1];
      return name === undefined ? [] : [[name, line]];
    }),
  );
}
