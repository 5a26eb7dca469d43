// Web applications as browsers get them: `vite build` in every app with a vite.config.mjs, into its dist/.
// Costs next to nothing when no input has changed: each keeps the fingerprint of what it was made from.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { runToEnd } from './support/child.mjs';
import { Refusal, endWith, step } from './support/report.mjs';
import { at, filesBelow, fingerprint, foldersOf, isProgram } from './support/workspace.mjs';

const STAMPS = 'node_modules/.cache/ampline-bundle';
const CONFIG = 'vite.config.mjs';

/** Brings all web applications up to date. Throws the Refusal of one that cannot be built. */
export async function bundle(node) {
  const stale = foldersOf('apps')
    .filter((app) => existsSync(at(app, CONFIG)))
    .map((app) => ({ app, stamp: at(STAMPS, app.replace('/', '-')), current: fingerprint(inputsOf(app)) }))
    .filter(
      ({ app, stamp, current }) =>
        !(existsSync(at(app, 'dist/index.html')) && existsSync(stamp) && readFileSync(stamp, 'utf8') === current),
    );
  for (const { app, stamp, current } of stale) {
    await step(`bundling ${app}`, () => build(node, app));
    mkdirSync(at(STAMPS), { recursive: true });
    writeFileSync(stamp, current);
  }
}

async function build(node, app) {
  // Vite is no dependency of the whole workspace: it stands where npm has put it for this application.
  const vite = join(dirname(createRequire(at(app, 'package.json')).resolve('vite/package.json')), 'bin/vite.js');
  const { code, output } = await runToEnd([node, vite, 'build', '--config', CONFIG, '--logLevel', 'warn'], { cwd: at(app) });
  if (code === 0) return;
  console.error(output);
  throw new Refusal(`Bundling ${app} failed: mend what is reported above, then run the command again.`);
}

/** Everything that a bundle may be made of: its own files, those of the packages of the workspace that it names, the GraphQL schema. */
function inputsOf(app) {
  const folders = withDependencies(app, new Set());
  const isSource = (file) => !/\.spec\.tsx?$/.test(file);
  return [
    ...[...folders].flatMap((folder) => filesBelow(folder, isSource)),
    ...filesBelow('apps/api-gateway/schema'),
    'package-lock.json',
    'tsconfig.base.json',
  ];
}

function withDependencies(folder, found) {
  if (found.has(folder)) return found;
  found.add(folder);
  const { dependencies = {} } = JSON.parse(readFileSync(at(folder, 'package.json'), 'utf8'));
  for (const name of Object.keys(dependencies).filter((one) => one.startsWith('@ampline/'))) {
    const [place] = ['libs', 'apps'].map((parent) => name.replace('@ampline', parent)).filter((one) => existsSync(at(one, 'package.json')));
    if (place !== undefined) withDependencies(place, found);
  }
  return found;
}

if (isProgram(import.meta.url)) await bundle(process.execPath).catch(endWith);
