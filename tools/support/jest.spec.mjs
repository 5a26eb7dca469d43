import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { KINDS, kindOf, patternOf, tallies, withKind } from './jest.mjs';

const FILES = {
  unit: '/r/libs/a/src/x.spec.ts',
  scenario: '/r/apps/a/test/late-stop.scenario.spec.ts',
  contract: '/r/libs/contracts/test/golden.contract.spec.ts',
  integration: '/r/apps/a/test/x.int.spec.ts',
  journeys: '/r/apps/all-in-one/test/outage.journey.spec.ts',
  browser: '/r/apps/all-in-one/test/console.browser.spec.ts',
};

describe('kinds of test', () => {
  for (const kind of KINDS) {
    it(`${kind}: the pattern finds its files and no others`, () => {
      assert.equal(kindOf(FILES[kind]), kind);
      const found = KINDS.filter((other) => new RegExp(patternOf([kind])).test(FILES[other]));
      assert.deepEqual(found, [kind]);
    });
  }

  it('several kinds add up', () => {
    const wanted = ['unit', 'integration'];
    const found = KINDS.filter((kind) => new RegExp(patternOf(wanted)).test(FILES[kind]));
    assert.deepEqual(found, wanted);
    assert.ok(KINDS.every((kind) => new RegExp(patternOf(KINDS)).test(FILES[kind])));
  });
});

describe('parts of file names', () => {
  const finds = (part, kind, file) => withKind([part], patternOf([kind])).some((pattern) => new RegExp(pattern, 'i').test(file));

  it('choose among the files of a kind, also when they name the kind themselves', () => {
    assert.ok(finds('outage', 'journeys', FILES.journeys));
    assert.ok(finds('outage.journey', 'journeys', FILES.journeys));
    assert.ok(finds('all-in-one/test', 'journeys', FILES.journeys));
    assert.ok(!finds('outage', 'unit', FILES.journeys));
    assert.ok(!finds('tracing', 'journeys', FILES.journeys));
  });
});

describe('tallies', () => {
  const file = (name, status, ...states) => ({
    name,
    status,
    startTime: 0,
    endTime: 5,
    assertionResults: states.map((one) => ({ status: one })),
  });

  it('counts a file that could not be run and a skipped test as failed', () => {
    const testResults = [
      file(FILES.unit, 'passed', 'passed', 'pending'),
      file(FILES.integration, 'failed'),
      file(FILES.journeys, 'passed', 'passed'),
    ];
    const { unit, integration, journeys } = tallies({ testResults }, 1);
    assert.deepEqual([unit.passed, unit.failed], [1, 1]);
    assert.deepEqual([integration.passed, integration.failed], [0, 1]);
    assert.deepEqual([journeys.passed, journeys.failed, journeys.remarks], [1, 0, []]);
  });

  it('names what failed', () => {
    const failed = { ...file(FILES.unit, 'failed'), assertionResults: [{ status: 'failed', fullName: 'a sum is right' }] };
    const { unit } = tallies({ testResults: [failed] }, 1);
    assert.equal(unit.failed, 1);
    assert.match(unit.remarks[0], /^a sum is right \(.*x\.spec\.ts\)$/);
  });

  it('does not believe green results of a run that failed', () => {
    const { unit } = tallies({ testResults: [file(FILES.unit, 'passed', 'passed')] }, 1);
    assert.equal(unit.failed, 1);
  });
});
