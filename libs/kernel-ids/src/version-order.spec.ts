import { describe, expect, it } from '@jest/globals';
import { compareVersions } from './version-order.js';

describe('versions', () => {
  it.each([
    ['1.9', '1.10', -1],
    ['1.10', '1.10', 0],
    ['v1.2', 'V1.2', 0],
    ['2.0', '2.0.1', -1],
    ['2.0-rc1', '2.0', -1],
    ['2.0-beta', '2.0-rc', -1],
    ['10000000000000000000001', '10000000000000000000000', 1],
    ['', '1', -1],
  ])('%s against %s: %i', (one, other, order) => {
    expect(Math.sign(compareVersions(one, other))).toBe(order);
    expect(Math.sign(compareVersions(other, one))).toBe(order === 0 ? 0 : -order);
  });
});
