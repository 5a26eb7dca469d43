import { describe, expect, it } from '@jest/globals';
import type { StationMessageFragment } from '../../../generated/graphql.js';
import { exportPath, messageFilter, passes } from './message-filter.js';

const message: StationMessageFragment = {
  __typename: 'OcppMessage',
  id: 'm',
  stationId: 's',
  receivedAt: '2026-11-28T10:00:00Z',
  direction: 'FROM_STATION',
  action: 'Heartbeat',
  messageId: '1',
  requestFrame: '[2,"1","Heartbeat",{}]',
  responseFrame: '[3,"1",{"currentTime":"2026"}]',
  result: 'ok',
  deviations: [],
};
const NONE = { text: '', action: '', direction: '', failed: '' };

describe('filter of messages', () => {
  it('asks for what the address says, and for all where it says nonsense', () => {
    expect(messageFilter(NONE)).toEqual({});
    expect(messageFilter({ text: 'abc', action: 'Reset', direction: 'TO_STATION', failed: 'true' })).toEqual({
      text: 'abc',
      action: 'Reset',
      direction: 'TO_STATION',
      failedOnly: true,
    });
    expect(messageFilter({ ...NONE, direction: 'SIDEWAYS' })).toEqual({});
  });

  it('finds the same as a file, except by text', () => {
    expect(exportPath('s', NONE)).toBe('/rest/v1/messages.csv?station=s');
    expect(exportPath('s', { ...NONE, action: 'Reset', direction: 'TO_STATION', failed: 'true' })).toBe(
      '/rest/v1/messages.csv?station=s&action=Reset&direction=TO_STATION&result=not-ok',
    );
    expect(exportPath('s', { ...NONE, text: 'abc' })).toBeUndefined();
  });

  it.each([
    [{}, true],
    [{ action: 'Heartbeat' }, true],
    [{ action: 'Reset' }, false],
    [{ direction: 'TO_STATION' as const }, false],
    [{ failedOnly: true }, false],
    [{ text: 'CURRENTtime' }, true],
    [{ text: 'nowhere' }, false],
  ])('lets a live message through as the list would: %j %s', (filter, expected) => {
    expect(passes(message, filter)).toBe(expected);
  });
});
