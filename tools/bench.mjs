// `npm run bench:<name> -- …`: runs bench/<name>/main.ts (compiled) or main.mjs.
import { existsSync } from 'node:fs';
import { bootstrap } from './bootstrap.mjs';
import { natsServer } from './nats-server.mjs';
import { supervise } from './support/child.mjs';
import { Refusal, endWith } from './support/report.mjs';
import { at, foldersOf } from './support/workspace.mjs';

const [name = '', ...args] = process.argv.slice(2);

/** The program of a bench, looked for after the build, since the compiled one exists only then. */
function programOf(bench) {
  const found = ['dist/main.js', 'main.mjs'].map((file) => at('bench', bench, file)).find((file) => existsSync(file));
  if (found !== undefined) return found;
  const names = foldersOf('bench').map((folder) => folder.slice('bench/'.length));
  throw new Refusal(`There is no bench "${bench}": name one of ${names.join(', ') || '(none yet)'}.`);
}

async function main() {
  const node = await bootstrap();
  const program = programOf(name);
  await natsServer();
  return supervise(node, ['--enable-source-maps', program, ...args]);
}

process.exitCode = await main().catch(endWith);
