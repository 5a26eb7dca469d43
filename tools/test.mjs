// `npm test`: everything that can be shown on one machine. Options: --only=<stage>, --changed, and parts of test file names.
import { dirname, delimiter } from 'node:path';
import { parseArgs } from 'node:util';
import { bootstrap } from './bootstrap.mjs';
import { chromium } from './chromium.mjs';
import { lint } from './lint.mjs';
import { natsServer } from './nats-server.mjs';
import { affected } from './support/changes.mjs';
import { runToEnd } from './support/child.mjs';
import { KINDS, jest, patternOf, withKind } from './support/jest.mjs';
import { Refusal, endWith, seconds } from './support/report.mjs';
import { at, filesBelow, foldersOf, toolEnv } from './support/workspace.mjs';

const HELP = `Usage: npm test -- [options] [part of a test file's name …]

  --only=STAGE   one stage; may be given more than once: ${['lint', 'types', ...KINDS].join(', ')}
  --changed      only what the branch touches since it left main
  --help         this text
`;

const STAGES = ['lint', 'types', ...KINDS];
const NEEDS_BUS = ['integration', 'journeys', 'browser'];
/** One at a time: they measure how long things take and need the machine for themselves. */
const SERIAL = ['journeys', 'browser'];

function options() {
  const { values, positionals } = parsed();
  const unknown = values.only?.find((stage) => !STAGES.includes(stage));
  if (unknown !== undefined) throw new Refusal(`There is no stage "${unknown}": name one of ${STAGES.join(', ')}.`);
  const stages = values.only ?? (positionals.length > 0 ? KINDS : STAGES);
  return { stages, patterns: positionals, changed: values.changed, help: values.help ?? false };
}

function parsed() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { only: { type: 'string', multiple: true }, changed: { type: 'boolean', default: false }, help: { type: 'boolean' } },
    });
  } catch (e) {
    throw e.code?.startsWith('ERR_PARSE_ARGS_') ? new Refusal(`${e.message}\n\n${HELP}`) : e;
  }
}

const heading = (text) => console.log(`\n── ${text} ${'─'.repeat(Math.max(0, 76 - text.length))}`);

/** Test files lie outside the projects that the build checks: those for Node, and those for the browser. */
async function types(node) {
  const count = { passed: 0, failed: 0 };
  for (const project of ['tsconfig.tests.json', 'tsconfig.journey-tests.json', 'tsconfig.web-tests.json']) {
    const from = performance.now();
    const { code, output } = await runToEnd([node, at('node_modules/typescript-native/bin/tsc'), '-p', at(project)]);
    console.log(`${code === 0 ? '✓' : '✗'} tests type-check: ${project} (${seconds(from)})`);
    if (code !== 0) console.log(output);
    count[code === 0 ? 'passed' : 'failed'] += 1;
  }
  return count;
}

/** Whether there is a test file of a kind with one of these parts in its name. */
function anyFile(folders, kind, patterns) {
  const wanted = withKind(patterns, patternOf([kind])).map((pattern) => new RegExp(pattern, 'i'));
  return folders.some((folder) => filesBelow(folder, (file) => wanted.some((pattern) => pattern.test(at(file)))).length > 0);
}

/** What only a person can mend counts as one failure; anything else is a bug. */
function orRemark(error) {
  if (!(error instanceof Refusal)) throw error;
  return { passed: 0, failed: 1, remarks: [error.message] };
}

async function main() {
  const { stages, patterns, changed, help } = options();
  if (help) return void console.log(HELP);
  const node = await bootstrap();
  const scope = changed ? await affected(node) : { files: undefined, folders: [...foldersOf('libs'), ...foldersOf('apps')] };
  const rows = [];
  const stage = async (name, title, run) => {
    heading(title);
    const from = performance.now();
    const result = await run();
    rows.push({ name, ...result, time: seconds(from) });
  };

  if (stages.includes('lint')) await stage('lint', 'lint', () => lint({ node, changed: scope.files }));
  if (stages.includes('types')) await stage('types', 'types of the tests', () => types(node));
  const runTests = async (title, kinds, serial) => {
    if (kinds.length === 0 || scope.folders.length === 0) return;
    heading(title);
    const env = {};
    if (kinds.some((kind) => NEEDS_BUS.includes(kind))) env.PATH = [toolEnv().PATH, dirname(await natsServer())].join(delimiter);
    if (kinds.includes('browser') && anyFile(scope.folders, 'browser', patterns)) {
      const browser = await chromium().catch(orRemark);
      // What the others have shown stays in the summary.
      if (typeof browser !== 'string') return void rows.push({ name: 'browser', ...browser, time: '–' });
      env.AMPLINE_CHROMIUM = browser;
    }
    const results = await jest({ node, kinds, folders: scope.folders, patterns, serial, env });
    for (const [kind, { ms, ...tally }] of Object.entries(results))
      rows.push({ name: kind, ...tally, time: `${(ms / 1000).toFixed(1)} s` });
  };
  const parallel = KINDS.filter((kind) => !SERIAL.includes(kind) && stages.includes(kind));
  await runTests(parallel.join(', '), parallel, false);
  for (const kind of SERIAL.filter((one) => stages.includes(one))) await runTests(kind, [kind], true);
  if (patterns.length > 0 && rows.length === 0) throw new Refusal(`No test file has "${patterns.join('" or "')}" in its name.`);
  return summary(rows);
}

function summary(rows) {
  heading('summary');
  for (const { name, passed, failed, time } of rows) {
    console.log(`${name.padEnd(14)}${String(passed).padStart(6)} passed${String(failed).padStart(6)} failed${time.padStart(12)}`);
  }
  for (const { remarks = [] } of rows) for (const remark of remarks) console.log(`✗ ${remark}`);
  const sum = (column) => rows.reduce((total, row) => total + row[column], 0);
  console.log(`\n${sum('passed')} passed, ${sum('failed')} failed`);
  return sum('failed') === 0 ? 0 : 1;
}

process.exitCode = await main().catch(endWith);
