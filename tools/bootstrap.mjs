// Makes a fresh clone runnable: packages, generated code, build, web applications. Each step is skipped when it is up to date.
// Runs on any Node from 20.19 without a dependency; everything after it runs on the Node 24 that npm installs.
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { bundle } from './bundle.mjs';
import { runToEnd } from './support/child.mjs';
import { withLock } from './support/lock.mjs';
import { NO_NETWORK, Refusal, causeOf, endWith, step } from './support/report.mjs';
import { at, isProgram } from './support/workspace.mjs';

const OLDEST_NODE = [20, 19];
const RUNTIME_MAJOR = 24;

/**
 * Brings the workspace up to date.
 * @returns {Promise<string>} absolute path of the Node that runs the platform
 * @throws {Refusal} with the sentence that says what to do
 */
export async function bootstrap() {
  requireNode();
  return withLock(at('.data/bootstrap.lock'), prepare, (holder) =>
    console.error(`· waiting for process ${holder}, which is preparing the workspace …`),
  );
}

async function prepare() {
  if (!isInstalled()) await step('installing packages', install, ' (a minute or two the first time)');
  const node = runtimeNode();
  await generate(node);
  await build(node);
  await bundle(node);
  return node;
}

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  throw new Refusal(
    `Node ${process.versions.node} is too old: install Node ${OLDEST_NODE.join('.')} or newer, then run the command again.`,
  );
}

/** npm keeps a lockfile of what it really installed, written last: the install is fresh when it holds what package-lock.json asks for. */
function isInstalled() {
  const installed = at('node_modules/.package-lock.json');
  if (!existsSync(installed)) return false;
  const have = JSON.parse(readFileSync(installed, 'utf8')).packages;
  const want = Object.entries(JSON.parse(readFileSync(at('package-lock.json'), 'utf8')).packages);
  return want.every(([path, entry]) => {
    if (path === '') return true;
    if (have[path] === undefined) return entry.optional === true;
    return have[path].version === entry.version;
  });
}

async function install() {
  const script = process.env.npm_execpath;
  const npm = script?.endsWith('npm-cli.js') ? [systemNode(), script] : ['npm'];
  // Without a network `npm ci` tries every package in turn, for many minutes. From a cache that holds them all it needs none.
  const ping = await runToEnd([...npm, 'ping', '--fetch-retries=1', '--fetch-retry-mintimeout=1000']);
  const offline = ping.code !== 0 && causeOf(ping.output) === NO_NETWORK;
  const options = ['--include=dev', '--include=optional', '--loglevel=error', '--no-audit', '--no-fund'];
  const { code, output } = await runToEnd([...npm, 'ci', ...options, ...(offline ? ['--offline'] : [])]);
  if (code === 0) return;
  const cause = offline ? NO_NETWORK : causeOf(output);
  if (cause === undefined) console.error(output);
  throw new Refusal(`npm ci failed: ${cause ?? 'see its output above; `npm ci` on its own repeats it.'}`);
}

/** A Node outside node_modules when there is one: `npm ci` deletes that folder, and with it the program that runs it. */
function systemNode() {
  const inside = at('node_modules');
  const candidates = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '' && !folder.startsWith(inside));
  return candidates.map((folder) => join(folder, 'node')).find((file) => existsSync(file)) ?? process.execPath;
}

function runtimeNode() {
  const packaged = at('node_modules/.bin/node');
  if (existsSync(packaged)) return packaged;
  if (Number(process.versions.node.split('.')[0]) >= RUNTIME_MAJOR) return process.execPath;
  throw new Refusal(
    `npm has no packaged Node ${RUNTIME_MAJOR} for ${process.platform}-${process.arch}: install Node ${RUNTIME_MAJOR} and run the command again.`,
  );
}

async function generate(node) {
  const { code, output } = await runToEnd([node, at('tools/generate.mjs')]);
  if (code !== 0) throw failure('Generating code from proto/ and prisma/', output);
}

/** TypeScript's own build information makes this a look at time stamps when nothing has changed. */
async function build(node) {
  const compile = () => runToEnd([node, at('node_modules/typescript-native/bin/tsc'), '-b']);
  const first = !existsSync(at('apps/all-in-one/dist'));
  const { code, output } = first ? await step('building', compile) : await compile();
  if (code !== 0) throw failure('The build', output);
}

function failure(what, output) {
  const cause = causeOf(output);
  if (cause === undefined) console.error(output);
  return new Refusal(`${what} failed: ${cause ?? 'mend what is reported above, then run the command again.'}`);
}

if (isProgram(import.meta.url)) await bootstrap().catch(endWith);
