// One Jest run over the packages: starting it once per package costs more than most packages' tests.
import { mkdtempSync, readFileSync, rmSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runToEnd } from './child.mjs';
import { at, shown } from './workspace.mjs';

/** Kind of test → how its files end. What ends otherwise is a unit test. */
const SUFFIXES = { scenario: 'scenario', contract: 'contract', integration: 'int', journeys: 'journey', browser: 'browser' };
export const KINDS = ['unit', ...Object.keys(SUFFIXES)];

/** @returns {string} the kind of test that a file holds */
export function kindOf(file) {
  return Object.entries(SUFFIXES).find(([, suffix]) => file.endsWith(`.${suffix}.spec.ts`))?.[0] ?? 'unit';
}

/** Pattern for Jest of the files of these kinds: unit tests are what no other pattern matches. */
export function patternOf(kinds) {
  const endings = (names) => names.map((name) => `\\.${SUFFIXES[name]}`).join('|');
  const special = kinds.filter((kind) => kind !== 'unit');
  if (!kinds.includes('unit')) return `(${endings(special)})\\.spec\\.ts$`;
  const others = Object.keys(SUFFIXES).filter((kind) => !kinds.includes(kind));
  return others.length === 0 ? '\\.spec\\.ts$' : `(?<!${endings(others)})\\.spec\\.ts$`;
}

/**
 * Runs the tests of some kinds and counts them.
 * @param {{node: string, kinds: string[], folders: string[], patterns: string[], serial?: boolean, env?: object}} options
 *   folders = packages to look in (relative to the repository); patterns = parts of file names, empty = all
 * @returns {Promise<Record<string, Tally>>} kind → tally; a file that could not be run and a skipped test count as failed
 * @typedef {{passed: number, failed: number, ms: number, remarks: string[]}} Tally
 */
export async function jest({ node, kinds, folders, patterns, serial = false, env = {} }) {
  const scratch = mkdtempSync(join(tmpdir(), 'ampline-jest-'));
  const results = join(scratch, 'results.json');
  try {
    const { code } = await runToEnd(
      [
        ...[node, '--experimental-vm-modules', '--no-warnings', at('node_modules/jest/bin/jest.js')],
        ...['--config', at('jest.config.mjs'), '--rootDir', at(), ...folders.flatMap((folder) => ['--roots', at(folder)])],
        ...[serial ? '--runInBand' : '--maxWorkers=2', '--passWithNoTests', '--json', '--outputFile', results],
        ...['--testPathPatterns', ...withKind(patterns, patternOf(kinds))],
      ],
      { show: 'stderr', env },
    );
    return existsSync(results) ? tallies(JSON.parse(readFileSync(results, 'utf8')), code) : { [kinds[0]]: crashed(code) };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** A file has to match one of the patterns and the kind. */
export const withKind = (patterns, kind) => (patterns.length === 0 ? [kind] : patterns.map((pattern) => `^(?=.*${pattern}).*${kind}`));

const crashed = (code) => ({ passed: 0, failed: 1, ms: 0, remarks: [`Jest ended with exit code ${code} and without results`] });

export function tallies({ testResults }, code) {
  const kinds = {};
  for (const file of testResults) {
    const tally = (kinds[kindOf(file.name)] ??= { passed: 0, failed: 0, ms: 0, remarks: [] });
    const count = (...states) => file.assertionResults.filter(({ status }) => states.includes(status)).length;
    const skipped = count('pending', 'skipped', 'todo', 'disabled');
    const failures = file.assertionResults.filter(({ status }) => status === 'failed');
    const broken = file.status === 'failed' && failures.length === 0 ? 1 : 0;
    tally.passed += count('passed');
    tally.failed += failures.length + broken + skipped;
    tally.ms += Math.max(0, file.endTime - file.startTime);
    for (const { fullName } of failures) tally.remarks.push(`${fullName} (${shown(file.name)})`);
    if (broken) tally.remarks.push(`could not be run: ${shown(file.name)}`);
    if (skipped) tally.remarks.push(`${skipped} skipped: ${shown(file.name)}`);
  }
  const failed = Object.values(kinds).some((tally) => tally.failed > 0);
  if (code !== 0 && !failed) (kinds.unit ??= { passed: 0, failed: 0, ms: 0, remarks: [] }).failed += 1;
  return kinds;
}
