import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { commandFilesOf, coverage, intakeOf, simulatorFilesOf, testOf } from './ocpp16-page.mjs';

const ROUTES = `import { startTransaction } from '../transactions/start.js';
import type { BatchIntake } from './batch.js';
    StartTransaction: serial(startTransaction),
    Heartbeat: { kind: 'batch', take: o.batch.heartbeat },
`;
const FEATURE = `import * as files from './log.js';
    LogStatusNotification: serial(files.logStatus),
`;
const csms = new Map([
  ['apps/ocpp-csms/src/intake/routes.ts', `${ROUTES}    LogStatusNotification: serial(other),\n`],
  ['apps/ocpp-csms/src/files/files.feature.ts', FEATURE],
  ['apps/ocpp-csms/src/commands/rules/core.ts', '  Reset: ({ type }) => [],\n'],
]);
const simulator = new Map([
  ['apps/station-simulator/src/station-commands.ts', `import * as core from './commands/core.js';\n  Reset: core.reset,\n`],
  ['apps/station-simulator/src/evse.ts', `parts.desk.ask('Heartbeat', {})`],
]);

describe('who handles a message', () => {
  it('is the file that the route’s handler is imported from; a feature’s comes before the usual one', () => {
    assert.deepEqual(intakeOf('StartTransaction', csms), ['apps/ocpp-csms/src/transactions/start.ts']);
    assert.deepEqual(intakeOf('Heartbeat', csms), ['apps/ocpp-csms/src/intake/batch.ts']);
    assert.deepEqual(intakeOf('LogStatusNotification', csms), ['apps/ocpp-csms/src/files/log.ts']);
    assert.deepEqual(intakeOf('Authorize', csms), []);
  });

  it('of a command: who sends it, and who has rules for it', () => {
    assert.deepEqual(commandFilesOf('Reset', csms), [
      'apps/ocpp-csms/src/commands/commands.ts',
      'apps/ocpp-csms/src/commands/rules/core.ts',
    ]);
  });

  it('at the simulator: who answers it, or who sends it', () => {
    assert.deepEqual(simulatorFilesOf('Reset', 'to-station', simulator), ['apps/station-simulator/src/commands/core.ts']);
    assert.deepEqual(simulatorFilesOf('Heartbeat', 'from-station', simulator), ['apps/station-simulator/src/evse.ts']);
  });
});

describe('a gap', () => {
  const tests = new Map([['apps/x/test/a.int.spec.ts', `it('does it', () => command('Reset'))`]]);

  it('is a message without handler, simulator or scenario, and a line without its test', () => {
    const checklist = [
      {
        area: 'A',
        rules: [
          { rule: 'holds', held: ['a: does it'] },
          { rule: 'is forgotten', held: [] },
          { rule: 'is gone', held: ['a: did it'] },
        ],
      },
    ];
    const actions = { Reset: { direction: 'to-station', profile: 'Core' }, Authorize: { direction: 'from-station', profile: 'Core' } };
    assert.deepEqual(coverage(actions, { csms, simulator, scenarios: tests, tests, checklist }).gaps, [
      'Authorize has no handler',
      'the simulator does not know Authorize',
      'Authorize is in no scenario',
      'no test holds: is forgotten',
      'no test file "a" has a test "did it"',
    ]);
  });

  it('is none where a file of that name has the title', () => {
    assert.deepEqual(testOf('a: does it', tests), { file: 'apps/x/test/a.int.spec.ts', title: 'does it' });
  });
});
