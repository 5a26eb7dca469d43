import { describe, expect, it } from '@jest/globals';
import { verdictOf } from './contrast-verdict.js';

describe('verdict about a colour of a brand', () => {
  it('keeps a colour that stands out', () => {
    expect(verdictOf('#0b6b53', 'light')).toMatchObject({ kept: true, used: '#0b6b53' });
  });

  it('says that a pale colour is adapted on a light page only', () => {
    expect(verdictOf('#ffd400', 'dark')).toMatchObject({ kept: true, used: '#ffd400' });
    const verdict = verdictOf('#ffd400', 'light');
    expect(verdict?.kept).toBe(false);
    expect(verdict?.used).not.toBe('#ffd400');
    expect(verdict?.ratio).toBeLessThan(3);
  });

  it('says nothing about what is no colour', () => {
    expect(verdictOf('green', 'light')).toBeUndefined();
  });
});
