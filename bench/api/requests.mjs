// What is measured: operations exactly as the console sends them, and what they are compared with.
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { manifestOf } from '../../apps/web-console/persisted-operations.mjs';

const CONSOLE = fileURLToPath(new URL('../../apps/web-console/src/', import.meta.url));

/** Text of each query of the console, by its name. */
export function consoleQueries() {
  const sources = globSync('**/*.graphql', { cwd: CONSOLE }).map((file) => readFileSync(CONSOLE + file, 'utf8'));
  const named = Object.values(manifestOf(sources)).map((text) => [/^query (\w+)/m.exec(text)?.[1], text]);
  return Object.fromEntries(named.filter(([name]) => name !== undefined));
}

/** One answer's time, ms; throws for one with errors. */
export async function ask({ url, token }, query, variables = {}) {
  const begun = performance.now();
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
  });
  const { errors } = await response.json();
  if (errors) throw new Error(`${response.status} ${JSON.stringify(errors)}`);
  return performance.now() - begun;
}

/** `count` requests, so many at once; their times, ms. */
export async function repeat(count, atOnce, request) {
  const latenciesMs = [];
  let begun = 0;
  const one = async () => {
    while (begun < count) {
      begun += 1;
      latenciesMs.push(await request());
    }
  };
  await Promise.all(Array.from({ length: atOnce }, one));
  return latenciesMs;
}
