import { describe, expect, it } from '@jest/globals';
import { sessionFilter } from './session-filter.js';

const nothing = { status: '', station: '', site: '', idToken: '', doubtful: '', from: '', until: '' };

describe('filter of sessions', () => {
  it('asks for everything when nothing is chosen, and when the address is nonsense', () => {
    expect(sessionFilter(nothing)).toEqual({});
    expect(sessionFilter({ ...nothing, status: 'RUNNING', doubtful: 'maybe', from: 'yesterday', until: '2026-02-30' })).toEqual({});
  });

  it('takes whole days, the last one included', () => {
    expect(sessionFilter({ ...nothing, from: '2026-11-01', until: '2026-11-01' })).toEqual({
      startedFrom: new Date(2026, 10, 1).toISOString(),
      startedBefore: new Date(2026, 10, 2).toISOString(),
    });
  });

  it('passes on what was chosen', () => {
    expect(sessionFilter({ ...nothing, status: 'ACTIVE', station: 'a', site: 'b', idToken: 'CARD', doubtful: 'true' })).toEqual({
      status: 'ACTIVE',
      stationId: 'a',
      siteId: 'b',
      idToken: 'CARD',
      doubtful: true,
    });
  });
});
