// Debian's packages, for what npm lacks and what is too much to be unpacked beside the system. No dependencies.
import { existsSync } from 'node:fs';
import { runToEnd } from './child.mjs';
import { NO_NETWORK, Refusal, causeOf } from './report.mjs';

/** Whether packages can be installed: as root on Debian or Ubuntu. */
export function canInstall() {
  return existsSync('/etc/debian_version') && existsSync('/usr/bin/apt-get') && process.getuid?.() === 0;
}

/**
 * Installs packages of the distribution.
 * @param {string[]} packages
 * @param {{what: string, instead: string}} told what is missing, and another way to it, as in "name one by CHROMIUM"
 * @throws {Refusal} with the sentence that says what to do
 */
export async function installPackages(packages, { what, instead }) {
  const get = ['apt-get', 'install', '--yes', '--no-install-recommends', ...packages];
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const expectSuccess = async (command) => {
    const { code, output } = await runToEnd(command, { env });
    if (code === 0) return;
    const offline = `the network cannot be reached; connect it and run the command again, or ${instead}.`;
    const cause = causeOf(output) === NO_NETWORK ? offline : causeOf(output);
    if (cause === undefined) console.error(output);
    throw new Refusal(`${what} is missing and could not be installed: ${cause ?? `\`${command.join(' ')}\` failed, see above.`}`);
  };
  if ((await runToEnd(get, { env })).code === 0) return;
  // A machine that never asked has no package lists.
  await expectSuccess(['apt-get', 'update']);
  await expectSuccess(get);
}
