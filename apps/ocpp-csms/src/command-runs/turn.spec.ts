import { describe, expect, it } from '@jest/globals';
import { turnOf, type RunStation } from './turn.js';

const STATION: RunStation = { registration: 'accepted', open: true, protocol: 'ocpp1.6' };

describe('what a run does with a station', () => {
  it.each([
    [{}, 'Reset', false, 'ready'],
    [{ open: false }, 'Reset', false, 'offline'],
    [{ open: false }, 'Reset', true, 'queued'],
    [{ open: false, protocol: null }, 'Reset', true, 'queued'],
    [{ registration: 'rejected' }, 'Reset', true, 'rejected'],
    [{ registration: 'pending' }, 'ChangeConfiguration', false, 'ready'],
    [{ registration: 'pending' }, 'ChangeConfiguration', true, 'ready'],
    [{ registration: 'pending' }, 'RemoteStartTransaction', false, 'pending'],
    [{ registration: 'pending' }, 'RemoteStartTransaction', true, 'queued'],
    [{ protocol: 'ocpp2.0.1' }, 'Reset', true, 'action-unknown'],
  ] as const)('%j, %s, queue %s: %s', (o, action, queue, expected) => {
    const turn = turnOf({ ...STATION, ...o }, action, queue);
    expect(turn.is === 'skipped' ? turn.reason : turn.is).toBe(expected);
  });
});
