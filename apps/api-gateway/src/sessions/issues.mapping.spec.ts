import { describe, expect, it } from '@jest/globals';
import type { Resolution, ResolutionInput } from '../generated/graphql.js';
import { requestedResolution, resolutionOf } from './issues.mapping.js';

const ALL: [Resolution, string, ResolutionInput, object][] = [
  ['ACCEPT', 'accept', { kind: 'ACCEPT' }, { case: 'accept', value: {} }],
  ['DISMISS', 'dismiss', { kind: 'DISMISS' }, { case: 'dismiss', value: {} }],
  ['ATTACH_STOP', 'attach-stop', { kind: 'ATTACH_STOP', sessionId: 's1' }, { case: 'attachStop', value: { sessionId: 's1' } }],
  ['CLOSE_SESSION', 'close-session', { kind: 'CLOSE_SESSION', meterStopWh: 0 }, { case: 'closeSession', value: { meterStopWh: 0n } }],
  [
    'CREATE_SESSION',
    'create-session',
    { kind: 'CREATE_SESSION', meterStartWh: 5, evseNumber: 1 },
    { case: 'createSession', value: { meterStartWh: 5n, evseNumber: 1 } },
  ],
];

describe.each(ALL)('resolution %s', (resolution, text, input, request) => {
  it('is offered and asked for', () => {
    expect(resolutionOf(text)).toBe(resolution);
    expect(requestedResolution(input)).toEqual(request);
  });
});

describe('a resolution', () => {
  it.each([
    [{ kind: 'ATTACH_STOP' }, 'sessionId'],
    [{ kind: 'CLOSE_SESSION', meterStopWh: null }, 'meterStopWh'],
    [{ kind: 'CREATE_SESSION', evseNumber: 1 }, 'meterStartWh'],
    [{ kind: 'CREATE_SESSION', meterStartWh: 1 }, 'evseNumber'],
  ] as [ResolutionInput, string][])('%j lacks %s', (input, field) => {
    const refusal = expect.objectContaining({ code: 'api.bad-resolution', details: { field } });
    expect(() => requestedResolution(input)).toThrow(refusal);
  });

  it('of a newer service is not guessed at', () => {
    expect(() => resolutionOf('wait')).toThrow(expect.objectContaining({ code: 'api.value-unknown' }));
  });
});
