import { describe, expect, it } from '@jest/globals';
import { isOpen, nextStep, stageSizes, type CampaignPlan, type CampaignView, type Counts } from './campaign.js';

const PLAN: CampaignPlan = {
  stages: [{ stations: 5 }, { percent: 50 }, { percent: 100 }],
  stagePauseS: 60,
  window: null,
  concurrency: 10,
  abortAbovePercent: 20,
  abortMinFinished: 5,
  attempts: 2,
  retryDelayS: 60,
  downloadTimeoutS: 600,
  installTimeoutS: 600,
  patienceS: 86_400,
  duringSessions: false,
  transfer: null,
};
const NOW = new Date('2026-01-01T12:00:00Z');

const counts = (o: Partial<Counts> = {}): Counts => ({ queued: 0, underWay: 0, verified: 0, failed: 0, skipped: 0, ...o });
const campaign = (o: Partial<CampaignView>): CampaignView => ({
  plan: PLAN,
  state: 'running',
  stage: 0,
  stageDoneAt: null,
  counts: [counts({ queued: 5 }), counts({ queued: 45 }), counts({ queued: 50 })],
  ...o,
});
const rest = [counts({ queued: 45 }), counts({ queued: 50 })];

describe('a campaign', () => {
  it('begins the stations of its first stage, and no others', () => {
    expect(nextStep(campaign({}), NOW)).toEqual({ kind: 'begin', stations: 5 });
  });

  it('keeps to its number of stations at once', () => {
    const view = campaign({ stage: 1, counts: [counts({ verified: 5 }), counts({ queued: 38, underWay: 7 }), counts({ queued: 50 })] });
    expect(nextStep(view, NOW)).toEqual({ kind: 'begin', stations: 3 });
    expect(nextStep({ ...view, plan: { ...PLAN, concurrency: 7 } }, NOW)).toEqual({ kind: 'wait' });
  });

  it('waits for the last station of a stage, then rests, then begins the next', () => {
    const waiting = campaign({ counts: [counts({ verified: 4, underWay: 1 }), ...rest] });
    expect(nextStep(waiting, NOW)).toEqual({ kind: 'wait' });
    const done = campaign({ counts: [counts({ verified: 4, skipped: 1 }), ...rest] });
    expect(nextStep(done, NOW)).toEqual({ kind: 'end-stage' });
    expect(nextStep({ ...done, stageDoneAt: new Date('2026-01-01T11:59:01Z') }, NOW)).toEqual({ kind: 'wait' });
    expect(nextStep({ ...done, stageDoneAt: new Date('2026-01-01T11:59:00Z') }, NOW)).toEqual({ kind: 'next-stage' });
  });

  it('completes when no station is left', () => {
    const view = campaign({ stage: 2, counts: [counts({ verified: 5 }), counts({ verified: 44, failed: 1 }), counts({ skipped: 50 })] });
    expect(nextStep(view, NOW)).toEqual({ kind: 'complete' });
    expect(nextStep({ ...view, state: 'paused' }, NOW)).toEqual({ kind: 'complete' });
  });

  it.each([
    [{ verified: 4, failed: 1 }, false],
    [{ verified: 3, failed: 2 }, true],
    [{ verified: 0, failed: 4 }, false],
    [{ verified: 39, failed: 11, skipped: 100 }, true],
    [{ verified: 40, failed: 10 }, false],
  ])('is aborted when too many fail of those that finished: %o', (finished, aborted) => {
    const view = campaign({ counts: [counts({ ...finished, underWay: 1 }), ...rest] });
    expect(nextStep(view, NOW).kind === 'abort').toBe(aborted);
    expect(nextStep({ ...view, state: 'paused' }, NOW).kind === 'abort').toBe(aborted);
  });

  it('is aborted at the first failure with 0 percent, and never with 100', () => {
    const view = campaign({ counts: [counts({ verified: 4, failed: 1 }), ...rest] });
    const failing = campaign({ counts: [counts({ failed: 5 }), ...rest] });
    expect(nextStep({ ...view, plan: { ...PLAN, abortAbovePercent: 0, abortMinFinished: 0 } }, NOW)).toEqual({ kind: 'abort' });
    expect(nextStep({ ...failing, plan: { ...PLAN, abortAbovePercent: 100 } }, NOW)).toEqual({ kind: 'end-stage' });
  });

  it('begins nothing while it is paused', () => {
    expect(nextStep(campaign({ state: 'paused' }), NOW)).toEqual({ kind: 'wait' });
    const done = campaign({ state: 'paused', stageDoneAt: new Date(0), counts: [counts({ verified: 5 }), ...rest] });
    expect(nextStep(done, NOW)).toEqual({ kind: 'wait' });
  });

  it.each(['draft', 'aborted', 'completed'] as const)('does nothing as %s', (state) => {
    expect(nextStep(campaign({ state }), NOW)).toEqual({ kind: 'wait' });
  });
});

describe('stages', () => {
  it.each([
    [100, [5, 45, 50]],
    [7, [5, 0, 2]],
    [3, [3, 0, 0]],
    [0, [0, 0, 0]],
    [11, [5, 1, 5]],
  ])('of %i stations', (stations, sizes) => {
    expect(stageSizes(PLAN.stages, stations)).toEqual(sizes);
  });

  it('round a small percentage up, and reach everybody with the last', () => {
    expect(stageSizes([{ percent: 1 }, { percent: 10 }, { percent: 90 }], 20)).toEqual([1, 1, 18]);
  });
});

describe('a window', () => {
  const night = { fromMinute: 22 * 60, untilMinute: 5 * 60 };
  it.each([
    ['2026-01-01T21:00:00Z', 'Europe/Berlin', true],
    ['2026-01-01T20:59:00Z', 'Europe/Berlin', false],
    ['2026-07-01T20:00:00Z', 'Europe/Berlin', true],
    ['2026-01-01T03:59:00Z', 'Europe/Berlin', true],
    ['2026-01-01T04:00:00Z', 'Europe/Berlin', false],
    ['2026-01-01T04:00:00Z', 'Europe/Lisbon', true],
  ])('over midnight at %s in %s', (at, zone, open) => {
    expect(isOpen(night, zone, new Date(at))).toBe(open);
  });

  it('within a day has its begin and not its end', () => {
    const noon = { fromMinute: 720, untilMinute: 780 };
    expect(['11:59', '12:00', '12:59', '13:00'].map((time) => isOpen(noon, 'UTC', new Date(`2026-01-01T${time}:00Z`)))).toEqual([
      ...[false, true, true, false],
    ]);
  });

  it('that is none is always open', () => {
    expect(isOpen(null, 'UTC', NOW)).toBe(true);
  });
});
