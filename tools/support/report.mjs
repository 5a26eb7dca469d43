// What the tools say to people. Progress goes to stderr: stdout belongs to the program that is started.

/** A failure that the person at the keyboard can mend: its message is one sentence that says how. */
export class Refusal extends Error {}

/** Ends the program: what a person can mend as one sentence, anything else with its stack, since that is a bug in the tools. */
export function endWith(error) {
  const cause = error instanceof Refusal ? error.message : sentenceOf(error);
  console.error(cause === undefined ? error : `\n${cause}`);
  process.exit(1);
}

/** Seconds since `from` (`performance.now()`), as people read them. */
export const seconds = (from) => `${((performance.now() - from) / 1000).toFixed(1)} s`;

/** Runs one step and says what it is and how long it took; `hint` prepares for a long wait. */
export async function step(label, work, hint = '') {
  const from = performance.now();
  console.error(`· ${label}${hint} …`);
  const result = await work();
  console.error(`✓ ${label} (${seconds(from)})`);
  return result;
}

export const NO_NETWORK = 'the network cannot be reached: check it, the proxy and `npm config get registry`, then run the command again.';

const CAUSES = [
  [/ENOSPC|no space left on device/i, 'the disk is full: free about 3 GB and run the command again.'],
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|Temporary failure resolving|Could not resolve|ERR_SOCKET_TIMEOUT|network (timeout|request)/,
    NO_NETWORK,
  ],
  [/EACCES|EPERM/, 'a file cannot be written: give yourself write access to this folder and to the npm cache, then run the command again.'],
  [
    /can only install packages when your package\.json and package-lock\.json|Missing: .* from lock file/,
    'package-lock.json does not fit the package.json files: run `npm install && node tools/complete-lockfile.mjs`, then run the command again.',
  ],
  [/EINTEGRITY/, 'a downloaded package is damaged: run `npm cache clean --force`, then run the command again.'],
  [
    /E404|ETARGET/,
    'a package is missing from the npm registry in use: set another one (`npm config set registry …`) and run the command again.',
  ],
];

/** The sentence for an error of the operating system that names a file. */
function sentenceOf({ code, path }) {
  if (path === undefined) return undefined;
  if (['EACCES', 'EPERM', 'EROFS'].includes(code))
    return `${path} cannot be written: give yourself write access to this folder, then run the command again.`;
  return code === 'ENOSPC' ? causeOf(code) : undefined;
}

/** The sentence for a failed step, from what its program printed; undefined when the output has to speak for itself. */
export function causeOf(output) {
  return CAUSES.find(([pattern]) => pattern.test(output))?.[1];
}
