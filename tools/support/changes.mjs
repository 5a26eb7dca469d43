// What has changed since the branch left main, and which packages that touches.
import { readFileSync } from 'node:fs';
import { runToEnd } from './child.mjs';
import { Refusal } from './report.mjs';
import { at, foldersOf } from './workspace.mjs';

async function lines(command) {
  const { code, output } = await runToEnd(command);
  if (code !== 0) throw new Refusal(`\`${command.join(' ')}\` failed: ${output.trim()}`);
  return output.split('\n').filter((line) => line !== '');
}

/**
 * Files that differ from main (committed or not, new ones included), and the folders of all packages that depend on them.
 * @returns {Promise<{files: string[], folders: string[]}>}
 */
export async function affected(node) {
  const [base] = await lines(['git', 'merge-base', 'HEAD', 'main']);
  const tracked = await lines(['git', 'diff', '--name-only', '--diff-filter=d', base]);
  const created = await lines(['git', 'ls-files', '--others', '--exclude-standard']);
  const files = [...tracked, ...created];
  if (files.length === 0) return { files, folders: [] };
  const nx = [node, at('node_modules/nx/dist/bin/nx.js'), 'show', 'projects', '--affected', `--files=${files.join(',')}`];
  const projects = new Set(await lines(nx));
  const packages = [...foldersOf('libs'), ...foldersOf('apps')];
  const nameOf = (folder) => JSON.parse(readFileSync(at(folder, 'package.json'), 'utf8')).name;
  return { files, folders: packages.filter((folder) => projects.has(nameOf(folder))) };
}
