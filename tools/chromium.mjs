// `node tools/chromium.mjs` prints the path of a Chromium, or says in one sentence how to get one. No dependencies.
// As root on Debian or Ubuntu the distribution's package is installed: a browser is too many libraries to be unpacked beside the system.
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runToEnd } from './support/child.mjs';
import { withLock } from './support/lock.mjs';
import { NO_NETWORK, Refusal, causeOf, endWith, step } from './support/report.mjs';
import { at, isProgram, toolEnv } from './support/workspace.mjs';

const PROGRAMS = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome', 'chrome'];
const USUAL_FOLDERS = ['/usr/bin', '/usr/local/bin', '/snap/bin', '/opt/google/chrome', '/opt/homebrew/bin'];
const APPLICATIONS = ['Google Chrome', 'Chromium'].map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`);
/** Without a font pages are measured and photographed without text. */
const PACKAGES = ['chromium', 'fonts-dejavu-core'];

/**
 * Path of a Chromium or Chrome that can be run, installed when there is none yet.
 * @returns {Promise<string>} absolute path
 * @throws {Refusal} with the way to get one
 */
export async function chromium() {
  const named = process.env.CHROMIUM;
  if (named !== undefined && named !== '') {
    if (!isExecutable(named)) throw new Refusal(`CHROMIUM names ${named}, which cannot be run: correct it, or unset it.`);
    return named;
  }
  const present = find();
  if (present !== undefined) return present;
  if (!existsSync('/etc/debian_version') || !isExecutable('/usr/bin/apt-get') || process.getuid?.() !== 0) {
    throw new Refusal(
      'Chromium is missing: install it (Debian: `sudo apt-get install chromium`; macOS: `brew install --cask chromium`; others: https://www.chromium.org) or name one by CHROMIUM.',
    );
  }
  return withLock(
    at('.data/chromium.lock'),
    async () => find() ?? step('installing Chromium from the distribution', install, ' (a minute or two)'),
    (holder) => console.error(`· waiting for process ${holder}, which is installing Chromium …`),
  );
}

function find() {
  const folders = [...toolEnv().PATH.split(delimiter), ...USUAL_FOLDERS];
  const candidates = PROGRAMS.flatMap((program) => folders.map((folder) => join(folder, program)));
  return [...candidates, ...APPLICATIONS].find(isExecutable);
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch (error) {
    if (['ENOENT', 'EACCES', 'ENOTDIR'].includes(error.code)) return false;
    throw error;
  }
}

async function install() {
  const get = ['apt-get', 'install', '--yes', '--no-install-recommends', ...PACKAGES];
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const first = await runToEnd(get, { env });
  if (first.code !== 0) {
    // A machine that never asked has no package lists.
    await expectSuccess(['apt-get', 'update'], env);
    await expectSuccess(get, env);
  }
  const installed = find();
  if (installed === undefined) throw new Refusal(`${MISSING} the distribution's package does not hold it: name one by CHROMIUM.`);
  return installed;
}

const MISSING = 'Chromium is missing and could not be installed:';
const OFFLINE = 'the network cannot be reached; connect it and run the command again, or name one by CHROMIUM.';

async function expectSuccess(command, env) {
  const { code, output } = await runToEnd(command, { env });
  if (code === 0) return;
  const cause = causeOf(output) === NO_NETWORK ? OFFLINE : causeOf(output);
  if (cause === undefined) console.error(output);
  throw new Refusal(`${MISSING} ${cause ?? `\`${command.join(' ')}\` failed, see above.`}`);
}

if (isProgram(import.meta.url)) {
  await chromium()
    .then((path) => console.log(path))
    .catch(endWith);
}
