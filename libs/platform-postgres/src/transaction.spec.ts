import { describe, expect, it } from '@jest/globals';
import { summary } from './transaction.js';

describe('summary', () => {
  it.each([
    ['SELECT a, b FROM room WHERE c = $1', 'SELECT room'],
    ['INSERT INTO room (a) VALUES ($1)', 'INSERT room'],
    ['update room set a = 1', 'UPDATE room'],
    ['WITH x AS (SELECT 1 FROM bed) DELETE FROM room', 'WITH bed'],
    ["SET LOCAL statement_timeout = '1s'", 'SET'],
    ['', 'SQL'],
  ])('%s', (sql, expected) => {
    expect(summary(sql)).toBe(expected);
  });
});
