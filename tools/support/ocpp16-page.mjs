// docs/protocols/ocpp16.md: who handles each message of OCPP 1.6, and which test holds each line of the standard. Read from the sources:
// a message without a handler or a test, and a line whose test is gone, is an error.
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { CHECKLIST } from './ocpp16-checklist.mjs';
import { at, filesBelow } from './workspace.mjs';

const CSMS = 'apps/ocpp-csms/src';
const SIMULATOR = 'apps/station-simulator/src';
/** Where scenarios are played; what breaks every message by a generator would count for all of them and says nothing of one. */
const SCENARIOS = ['apps/all-in-one/test/ocpp16', 'apps/ocpp-csms/test', 'apps/station-simulator/test'];
const NOT_A_SCENARIO = /schema-violations|\/support\/|fuzz/;

/** @returns {Map<string, string>} paths in the repository, and what is in the files */
export function sourcesBelow(folders, wanted) {
  const files = folders.flatMap((folder) => filesBelow(folder, wanted));
  return new Map(files.map((file) => [file, readFileSync(at(file), 'utf8')]));
}

/** Where a name that stands in a file was declared: the file it is imported from, else the file itself. */
export function declaredIn(file, text, name) {
  for (const [, names, from] of text.matchAll(/import (?:type )?(\{[^}]*\}|\* as \w+) from '(\.[^']+)'/g)) {
    if (new RegExp(`\\b${name}\\b`).test(names)) return join(dirname(file), from).replace(/\.js$/, '.ts');
  }
  return file;
}

/** Files that hold a handler `Action: serial(handler)` or `Action: { kind: 'batch', take: o.batch.x }`; a feature's before the usual one. */
export function intakeOf(action, csms) {
  const found = [...csms].flatMap(([file, text]) => {
    const [, serial, batch] = new RegExp(`^\\s+${action}: (?:serial\\((\\w+)|\\{ kind: 'batch', take: o\\.(batch))`, 'm').exec(text) ?? [];
    if (serial === undefined && batch === undefined) return [];
    return [{ feature: file.endsWith('.feature.ts'), file: declaredIn(file, text, serial ?? 'BatchIntake') }];
  });
  const ofFeatures = found.filter(({ feature }) => feature);
  return unique((ofFeatures.length > 0 ? ofFeatures : found).map(({ file }) => file));
}

/** Who checks a command before it is sent, and what its answer changes. */
export function commandFilesOf(action, csms) {
  const rows = [...csms].filter(([file, text]) => {
    const table = file.includes('/commands/rules/') || /\bEffects?\b/.test(text);
    return table && !file.endsWith('.spec.ts') && new RegExp(`^\\s+${action}: `, 'm').test(text);
  });
  return unique([`${CSMS}/commands/commands.ts`, ...rows.map(([file]) => file)]);
}

/** Who answers it, or who sends it. */
export function simulatorFilesOf(action, direction, simulator) {
  const [tableFile, table] = [...simulator].find(([file]) => file.endsWith('/station-commands.ts')) ?? ['', ''];
  const handler = new RegExp(`^\\s+${action}: (\\w+)`, 'm').exec(table)?.[1];
  const answers = direction === 'from-station' || handler === undefined ? [] : [declaredIn(tableFile, table, handler)];
  const sends = [...simulator].filter(
    ([file, text]) =>
      direction === 'from-station' &&
      !/\.spec\.ts$|\/hostile\//.test(file) &&
      new RegExp(`(ask|inform|message)\\(\\s*'${action}'`).test(text),
  );
  return unique([...answers, ...sends.map(([file]) => file)]);
}

export function scenariosOf(action, tests) {
  return [...tests].filter(([file, text]) => !NOT_A_SCENARIO.test(file) && text.includes(`'${action}'`)).map(([file]) => file);
}

/** A line's tests are named `<file without .spec.ts>: <part of a title>`. @returns {{ file?: string, problem?: string }} */
export function testOf(reference, tests) {
  const [, name = '', title = ''] = /^([^:]+): (.+)$/s.exec(reference) ?? [];
  const files = [...tests].filter(([file]) => basename(file).replace(/(\.(int|scenario|journey|contract))?\.spec\.ts$/, '') === name);
  const holding = files.find(([, text]) => text.includes(title));
  return holding === undefined ? { problem: `no test file "${name}" has a test "${title}"` } : { file: holding[0], title };
}

/** @returns {{ messages: object[], lines: object[], gaps: string[] }} */
export function coverage(actions, { csms, simulator, scenarios, tests, checklist = CHECKLIST }) {
  const messages = Object.entries(actions).map(([action, { direction, profile }]) => {
    const inbound = direction === 'to-station' ? [] : intakeOf(action, csms);
    const outbound = direction === 'from-station' ? [] : commandFilesOf(action, csms);
    return {
      action,
      direction,
      profile,
      handlers: [...inbound, ...outbound],
      simulator: simulatorFilesOf(action, direction, simulator),
      scenarios: scenariosOf(action, scenarios),
    };
  });
  const lines = checklist.flatMap(({ area, rules }) =>
    rules.map(({ rule, held }) => ({ area, rule, tests: held.map((reference) => testOf(reference, tests)) })),
  );
  const gaps = [
    ...messages.filter(({ handlers }) => handlers.length === 0).map(({ action }) => `${action} has no handler`),
    ...messages.filter(({ simulator: files }) => files.length === 0).map(({ action }) => `the simulator does not know ${action}`),
    ...messages.filter(({ scenarios: files }) => files.length === 0).map(({ action }) => `${action} is in no scenario`),
    ...lines.filter(({ tests: held }) => held.length === 0).map(({ rule }) => `no test holds: ${rule}`),
    ...lines.flatMap(({ tests: held }) => held.flatMap(({ problem }) => (problem === undefined ? [] : [problem]))),
  ];
  return { messages, lines, gaps };
}

/** What is on the page now. @param actions `OCPP16_ACTIONS` @throws Error that names every gap */
export function ocpp16Coverage(actions) {
  const source = (file) => file.endsWith('.ts');
  const spec = (file) => file.endsWith('.spec.ts');
  const found = coverage(actions, {
    csms: sourcesBelow([CSMS], source),
    simulator: sourcesBelow([SIMULATOR], source),
    scenarios: sourcesBelow(SCENARIOS, spec),
    tests: sourcesBelow(['apps', 'libs'], spec),
  });
  if (found.gaps.length > 0) throw new Error(`OCPP 1.6 has gaps:\n${found.gaps.map((gap) => `- ${gap}`).join('\n')}`);
  return found;
}

const unique = (list) => [...new Set(list)].sort();
