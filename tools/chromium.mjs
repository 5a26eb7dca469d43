// `node tools/chromium.mjs` prints the path of a Chromium, or says in one sentence how to get one. No dependencies.
// As root on Debian or Ubuntu the distribution's package is installed: a browser is too many libraries to be unpacked beside the system.
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { canInstall, installPackages } from './support/apt.mjs';
import { withLock } from './support/lock.mjs';
import { Refusal, endWith, step } from './support/report.mjs';
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
  if (!canInstall()) {
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
  await installPackages(PACKAGES, { what: 'Chromium', instead: 'name one by CHROMIUM' });
  const installed = find();
  if (installed === undefined)
    throw new Refusal('Chromium is missing and the package of the distribution does not hold it: name one by CHROMIUM.');
  return installed;
}

if (isProgram(import.meta.url)) {
  await chromium()
    .then((path) => console.log(path))
    .catch(endWith);
}
