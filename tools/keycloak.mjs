// `node tools/keycloak.mjs`: asks of a real Keycloak, with docker/keycloak/ampline-realm.json imported, what the platform needs of its
// realm. Needs Java 17 or newer, Maven and unzip, and fetches about 150 MB once; therefore no part of `npm test`.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { bootstrap } from './bootstrap.mjs';
import { canInstall, installPackages } from './support/apt.mjs';
import { runToEnd } from './support/child.mjs';
import { Refusal, causeOf, endWith, step } from './support/report.mjs';
import { UNPACKED, at, toolEnv } from './support/workspace.mjs';

const VERSION = '26.0.8';
const HOME = join(UNPACKED, `keycloak-${VERSION}`);
const REALM_FILE = at('docker/keycloak/ampline-realm.json');
const PUBLIC_URL = 'http://127.0.0.1:4000';
const START_TIMEOUT_MS = 180_000;

const NEEDED = [
  { program: 'java', args: ['-version'], what: 'Java 17', packages: ['default-jre-headless'] },
  { program: 'mvn', args: ['--version'], what: 'Maven', packages: ['maven'] },
  { program: 'unzip', args: ['-v'], what: 'unzip', packages: ['unzip'] },
];

/** Installs what is missing, where that is possible. */
async function needs({ program, args, what, packages }) {
  const there = async () => (await runToEnd([program, ...args]).catch(() => ({ code: 1 }))).code === 0;
  if (await there()) return;
  const instead = `install ${what} so that \`${program}\` is on the PATH`;
  if (!canInstall()) throw new Refusal(`${what} is missing: ${instead}.`);
  await step(`installing ${what} from the distribution`, () => installPackages(packages, { what, instead }));
}

/** Keycloak from Maven Central, unpacked next to the other programs. */
async function fetchKeycloak() {
  mkdirSync(UNPACKED, { recursive: true });
  const folder = mkdtempSync(join(UNPACKED, 'keycloak-'));
  try {
    const get = ['mvn', '--batch-mode', '--quiet', `-Dartifact=org.keycloak:keycloak-quarkus-dist:${VERSION}:zip`];
    const { code, output } = await runToEnd([...get, `-DoutputDirectory=${folder}`, '-Dtransitive=false', 'dependency:copy'], {
      cwd: folder,
    });
    if (code !== 0) throw new Refusal(`Keycloak could not be fetched from Maven Central: ${causeOf(output) ?? output.trim()}`);
    const archive = readdirSync(folder).find((file) => file.endsWith('.zip'));
    const unpacked = await runToEnd(['unzip', '-q', join(folder, archive), '-d', folder]);
    if (unpacked.code !== 0) throw new Refusal(`Keycloak could not be unpacked: ${unpacked.output.trim()}`);
    renameSync(join(folder, `keycloak-${VERSION}`), HOME);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const freePort = () =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** The variables that the realm file names; its secrets are new each time. */
function variables() {
  const names = readFileSync(REALM_FILE, 'utf8').match(/AMPLINE_[A-Z_]+_CLIENT_SECRET/g) ?? [];
  const secrets = names.map((name) => [name, randomBytes(24).toString('base64url')]);
  return { AMPLINE_PUBLIC_URL: PUBLIC_URL, ...Object.fromEntries(secrets) };
}

/** Starts a Keycloak of its own: a new database, the realm file, a port of the kernel's choice. */
async function startKeycloak(env) {
  rmSync(join(HOME, 'data'), { recursive: true, force: true });
  mkdirSync(join(HOME, 'data/import'), { recursive: true });
  cpSync(REALM_FILE, join(HOME, 'data/import/ampline-realm.json'));
  const [port, managementPort] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${port}`;
  const place = [`--http-port=${port}`, '--http-host=127.0.0.1', `--http-management-port=${managementPort}`, `--hostname=${url}`];
  const child = spawn(join(HOME, 'bin/kc.sh'), ['start-dev', '--import-realm', ...place], {
    env: toolEnv({ ...env, JAVA_OPTS_APPEND: '-Xmx512m' }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  process.on('exit', () => child.kill('SIGTERM'));
  const output = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => output.push(chunk));
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  const deadline = performance.now() + START_TIMEOUT_MS;
  while (!(await answers(`${url}/realms/ampline`))) {
    if (child.exitCode !== null || performance.now() > deadline) {
      await stop();
      throw new Error(`Keycloak did not start:\n${Buffer.concat(output).toString()}`);
    }
    await pause(500);
  }
  return { url, stop };
}

const answers = (url) =>
  fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );

function suite(node, url, env) {
  const jest = ['--experimental-vm-modules', '--no-warnings', at('node_modules/jest/bin/jest.js'), '--config', at('jest.config.mjs')];
  const place = ['--rootDir', at(), '--roots', at('apps/identity'), '--testMatch', '**/keycloak.deep.ts', '--runInBand'];
  return runToEnd([node, ...jest, ...place], { show: true, env: { ...env, KEYCLOAK_URL: url } });
}

async function main() {
  const node = await bootstrap();
  for (const needed of NEEDED) await needs(needed);
  if (!existsSync(HOME)) {
    await step(`fetching Keycloak ${VERSION} from Maven Central`, fetchKeycloak, ' (about 150 MB)');
  }
  const env = variables();
  const { url, stop } = await step('starting Keycloak with our realm', () => startKeycloak(env), ' (half a minute)');
  try {
    return (await suite(node, url, env)).code;
  } finally {
    await stop();
  }
}

process.exitCode = await main().catch(endWith);
