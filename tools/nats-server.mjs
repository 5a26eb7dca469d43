// `node tools/nats-server.mjs` prints the path of a nats-server, or says in one sentence how to get one. No dependencies.
// Where apt is at hand, the distribution's package is unpacked into .data/tools: the system itself stays as it is, and no service starts.
import { accessSync, constants, copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runToEnd } from './support/child.mjs';
import { withLock } from './support/lock.mjs';
import { NO_NETWORK, Refusal, causeOf, endWith, step } from './support/report.mjs';
import { UNPACKED, at, isProgram, toolEnv } from './support/workspace.mjs';

/** Not on every user's PATH, but where packages put servers. */
const USUAL_FOLDERS = ['/usr/sbin', '/usr/local/bin', '/usr/local/sbin', '/opt/homebrew/bin'];

/**
 * Path of a nats-server that can be run, fetched when there is none yet.
 * @returns {Promise<string>} absolute path
 * @throws {Refusal} with the way to get one
 */
export async function natsServer() {
  const present = find();
  if (present !== undefined) return present;
  if (!existsSync('/etc/debian_version') || !isExecutable('/usr/bin/apt-get')) {
    throw new Refusal(
      'nats-server is missing: install it (Debian, Ubuntu: `apt-get install nats-server`; macOS: `brew install nats-server`; others: https://nats.io/download) so that it is on the PATH.',
    );
  }
  return withLock(at('.data/nats-server.lock'), async () => find() ?? step('fetching nats-server from the distribution', unpack));
}

function find() {
  const folders = [...toolEnv().PATH.split(delimiter), ...USUAL_FOLDERS];
  return folders.map((folder) => join(folder, 'nats-server')).find(isExecutable);
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'EACCES' || error.code === 'ENOTDIR') return false;
    throw error;
  }
}

async function unpack() {
  mkdirSync(at('.data'), { recursive: true });
  const folder = mkdtempSync(at('.data/nats-server-'));
  try {
    const archive = await download(folder);
    await expectSuccess(['dpkg-deb', '--extract', archive, join(folder, 'package')], folder);
    const program = ['usr/sbin', 'usr/bin'].map((path) => join(folder, 'package', path, 'nats-server')).find(isExecutable);
    if (program === undefined) throw new Refusal(`${MISSING} the distribution's package does not hold it.`);
    mkdirSync(UNPACKED, { recursive: true });
    const target = join(UNPACKED, 'nats-server');
    copyFileSync(program, `${target}.part`);
    renameSync(`${target}.part`, target);
    return target;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const MISSING = 'nats-server is missing and could not be fetched:';
const OFFLINE = 'the network cannot be reached; connect it and run the command again, or put a nats-server on the PATH.';

async function download(folder) {
  const get = ['apt-get', 'download', 'nats-server'];
  const first = await runToEnd(get, { cwd: folder });
  if (first.code !== 0) {
    // A machine that never asked has no package lists; only root may fetch them.
    if (process.getuid() !== 0) throw new Refusal(`${MISSING} run \`sudo apt-get update\`, or \`sudo apt-get install nats-server\`.`);
    await expectSuccess(['apt-get', 'update'], folder);
    await expectSuccess(get, folder);
  }
  return readdirSync(folder)
    .filter((file) => file.endsWith('.deb'))
    .map((file) => join(folder, file))[0];
}

async function expectSuccess(command, cwd) {
  const { code, output } = await runToEnd(command, { cwd });
  if (code === 0) return;
  const cause = causeOf(output) === NO_NETWORK ? OFFLINE : causeOf(output);
  if (cause === undefined) console.error(output);
  throw new Refusal(`${MISSING} ${cause ?? `\`${command.join(' ')}\` failed, see above; \`apt-get install nats-server\` repeats it.`}`);
}

if (isProgram(import.meta.url)) {
  await natsServer()
    .then((path) => console.log(path))
    .catch(endWith);
}
