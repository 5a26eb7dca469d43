import { describe, expect, it } from '@jest/globals';
import { freshnessOf, type PlatformState } from './freshness.js';

const AT = '2026-11-28T12:00:00.000Z';
const connected = { connected: true, since: 0 };
const platform = (over: Partial<PlatformState> = {}): PlatformState => ({ live: true, services: [], at: AT, ...over });
const down = (name: string, since: string) => ({ name, state: 'DOWN' as const, since });

describe('freshness', () => {
  it('is given while connection and services are there, and before anything is known', () => {
    expect(freshnessOf(connected, undefined, ['ocpp-csms'])).toEqual({ fresh: true });
    expect(freshnessOf(connected, platform(), ['ocpp-csms'])).toEqual({ fresh: true });
  });

  it('ends with the connection', () => {
    expect(freshnessOf({ connected: false, since: 5 }, platform(), [])).toEqual({ fresh: false, asOf: 5 });
  });

  it('ends when nothing live arrives at the API', () => {
    expect(freshnessOf(connected, platform({ live: false }), [])).toEqual({ fresh: false, asOf: Date.parse(AT) });
  });

  it('hangs on the services that are named alone; one without its database or bus takes nothing in', () => {
    const services = [down('accounts', '2026-11-28T11:00:00Z'), { name: 'ocpp-csms', state: 'DEGRADED' as const, since: AT }];
    expect(freshnessOf(connected, platform({ services }), ['session-export'])).toEqual({ fresh: true });
    expect(freshnessOf(connected, platform({ services }), ['ocpp-csms'])).toEqual({ fresh: false, asOf: Date.parse(AT) });
    expect(freshnessOf(connected, platform({ services }), ['accounts'])).toEqual({
      fresh: false,
      asOf: Date.parse('2026-11-28T11:00:00Z'),
    });
  });

  it('is as of the earliest loss', () => {
    const services = [down('a', '2026-11-28T11:30:00Z'), down('b', '2026-11-28T11:00:00Z')];
    expect(freshnessOf({ connected: false, since: Date.parse(AT) }, platform({ services }), ['a', 'b'])).toEqual({
      fresh: false,
      asOf: Date.parse('2026-11-28T11:00:00Z'),
    });
  });
});
