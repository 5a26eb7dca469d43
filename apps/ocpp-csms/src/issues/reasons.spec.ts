import { describe, expect, it } from '@jest/globals';
import { describeReasons, mayResolve, REASONS } from './reasons.js';

describe('reasons of the work list', () => {
  it('can each be resolved', () => {
    for (const { resolutions } of Object.values(REASONS)) expect(resolutions.length).toBeGreaterThan(0);
    expect(mayResolve('stop-unknown-transaction', 'create-session')).toBe(true);
    expect(mayResolve('clock-past', 'attach-stop')).toBe(false);
  });

  it('are described, one row each', () => {
    const lines = describeReasons().trimEnd().split('\n');
    expect(lines).toHaveLength(Object.keys(REASONS).length + 2);
    expect(describeReasons()).toContain('| `meter-went-back` |');
  });
});
