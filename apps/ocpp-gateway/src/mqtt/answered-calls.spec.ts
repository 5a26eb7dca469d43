import { describe, expect, it } from '@jest/globals';
import { AnsweredCalls } from './answered-calls.js';

const CALL = '[2,"7","StartTransaction",{"connectorId":1}]';
const ANSWER = '[3,"7",{"transactionId":1}]';

describe('calls of a station over MQTT', () => {
  it('that come twice are worked on once and answered twice', () => {
    const calls = new AnsweredCalls();
    expect(calls.arrived(CALL, 0)).toBe('new');
    expect(calls.arrived(CALL, 10)).toBe('in-work');
    calls.sent(ANSWER);
    expect(calls.arrived(CALL, 20)).toEqual({ answer: ANSWER });
  });

  it.each([
    ['say something else under the same id', '[2,"7","StartTransaction",{"connectorId":2}]', 10],
    ['come again later', CALL, 30_000],
  ])('that %s are new', (_what, frame, atMs) => {
    const calls = new AnsweredCalls();
    calls.arrived(CALL, 0);
    calls.sent(ANSWER);
    expect(calls.arrived(frame, atMs)).toBe('new');
  });

  it.each(['[2,"7","Heartbeat",{}]', '[3,"7",{}]', 'no frame', '[2, 7'])('leaves %j alone', (frame) => {
    const calls = new AnsweredCalls();
    expect(calls.arrived(frame, 0)).toBe('new');
    expect(calls.arrived(frame, 1)).toBe('new');
  });

  it('forgets the oldest', () => {
    const calls = new AnsweredCalls();
    for (let id = 0; id < 20; id += 1) calls.arrived(`[2,"${id}","Authorize",{}]`, 0);
    expect(calls.arrived('[2,"0","Authorize",{}]', 1)).toBe('new');
    expect(calls.arrived('[2,"19","Authorize",{}]', 1)).toBe('in-work');
  });
});
