import { describe, expect, it } from '@jest/globals';
import { latestSettings, settingsOf } from './settings.js';

const told = (over: object) => ({
  action: 'GetConfiguration',
  outcome: 'ANSWERED' as const,
  payload: {},
  response: {
    configurationKey: [
      { key: 'B', readonly: false, value: '1' },
      { key: 'A', readonly: true },
    ],
  },
  completedAt: '2026-11-28T10:00:00Z',
  ...over,
});

describe('settings of a station', () => {
  it('are in order, with those that have no value', () => {
    expect(settingsOf(told({}).response)).toEqual([
      { key: 'A', readonly: true, value: null },
      { key: 'B', readonly: false, value: '1' },
    ]);
  });

  it.each([null, 'text', {}, { configurationKey: 'x' }, { configurationKey: [null, 1, { key: 5 }] }])(
    'are none in an answer like %j',
    (response) => {
      expect(settingsOf(response)).toEqual([]);
    },
  );

  it('are those of the newest complete answer', () => {
    const commands = [
      told({ action: 'Reset' }),
      told({ outcome: 'TIMEOUT' }),
      told({ payload: { key: ['A'] } }),
      told({ completedAt: '2026-11-28T09:00:00Z' }),
      told({ completedAt: '2026-11-28T08:00:00Z' }),
    ];
    expect(latestSettings(commands)?.readAt).toBe('2026-11-28T09:00:00Z');
    expect(latestSettings([told({ outcome: 'PENDING' })])).toBeUndefined();
  });
});
