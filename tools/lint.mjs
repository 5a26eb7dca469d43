// `npm run lint`: boundaries with their canary, ESLint, formatting, proto style, tests of tools and benches; size alarms as warnings.
import { existsSync } from 'node:fs';
import { runToEnd } from './support/child.mjs';
import { endWith, seconds } from './support/report.mjs';
import { at, filesBelow, isProgram } from './support/workspace.mjs';

const CODE = /\.(ts|tsx|mjs)$/;

/**
 * The checks, as commands whose exit code is the verdict.
 * @param {string} node path of the Node that runs them
 * @param {string[] | undefined} changed files to look at (relative to the repository); undefined = all
 */
function checks(node, changed) {
  const tool = (path, ...args) => [node, at('node_modules', path), ...args];
  const code = changed?.filter((file) => CODE.test(file)) ?? ['.'];
  const any = changed ?? ['.'];
  const own = ['tools', 'bench'].flatMap((folder) => filesBelow(folder, (file) => file.endsWith('.spec.mjs'))).map((file) => at(file));
  return [
    { name: 'boundaries (canary)', command: [node, at('tools/canary.mjs')] },
    { name: 'eslint', command: tool('eslint/bin/eslint.js', '--max-warnings', '0', '--no-warn-ignored', ...code), skip: code.length === 0 },
    {
      name: 'formatting (prettier)',
      command: tool('prettier/bin/prettier.cjs', '--check', '--ignore-unknown', '--log-level', 'warn', ...any),
      skip: any.length === 0,
    },
    { name: 'proto style (buf)', command: tool('@bufbuild/buf/bin/buf', 'lint'), skip: !existsSync(at('proto')) },
    { name: 'tools and benches', command: [node, '--test', ...own], skip: own.length === 0 },
    { name: 'size alarms', command: [node, at('tools/size-alarms.mjs')], warns: true },
  ].filter((check) => !check.skip);
}

const AT_ONCE = 2;

/**
 * Runs all checks and reports each as it ends.
 * @returns {Promise<{passed: number, failed: number}>}
 */
export async function lint({ node, changed }) {
  const waiting = checks(node, changed);
  const verdicts = [];
  const worker = async () => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      const from = performance.now();
      const { code, output } = await runToEnd(check.command);
      verdicts.push(code === 0);
      console.log(`${code === 0 ? '✓' : '✗'} ${check.name} (${seconds(from)})`);
      if (code !== 0 || check.warns) process.stdout.write(output);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  const passed = verdicts.filter(Boolean).length;
  return { passed, failed: verdicts.length - passed };
}

if (isProgram(import.meta.url)) {
  const { passed, failed } = await lint({ node: process.execPath }).catch(endWith);
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}
