import { describe, expect, it } from '@jest/globals';
import { intervalOf } from './boot-notification.js';

const stationOf = (digits: string) => `019f0000-0000-7000-8000-000000${digits}`;

describe('the interval that a boot is answered with', () => {
  it.each([
    ['000000', 270],
    ['800000', 300],
    ['ffffff', 330],
  ])('is the station’s own, within the jitter: %s', (digits, expected) => {
    expect(intervalOf(stationOf(digits), { heartbeatIntervalS: 300, heartbeatJitterPercent: 10 })).toBe(expected);
  });

  it('is the same for all without jitter, and never 0', () => {
    expect(intervalOf(stationOf('000000'), { heartbeatIntervalS: 300, heartbeatJitterPercent: 0 })).toBe(300);
    expect(intervalOf(stationOf('000000'), { heartbeatIntervalS: 0, heartbeatJitterPercent: 50 })).toBe(1);
  });
});
