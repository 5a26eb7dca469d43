import { describe, expect, it } from '@jest/globals';
import { decisionOf, type DecisionForm } from './decision.js';

const empty: DecisionForm = { kind: '', sessionId: '', meterStop: '', meterStart: '', evseNumber: '', note: '' };
const everything: DecisionForm = { kind: '', sessionId: 's', meterStop: '12,5', meterStart: '10', evseNumber: '2', note: 'n' };

describe('decision about an intake issue', () => {
  it('needs a resolution', () => {
    expect(decisionOf(everything)).toEqual({ lacking: ['kind'] });
  });

  it.each([
    ['ATTACH_STOP', ['sessionId']],
    ['CLOSE_SESSION', ['meterStop']],
    ['CREATE_SESSION', ['meterStart', 'evseNumber']],
  ] as const)('says what is lacking for %s', (kind, lacking) => {
    expect(decisionOf({ ...empty, kind })).toEqual({ lacking });
  });

  it.each([
    ['ACCEPT', {}],
    ['DISMISS', {}],
    ['ATTACH_STOP', { sessionId: 's' }],
    ['CLOSE_SESSION', { meterStopWh: 12_500 }],
    ['CREATE_SESSION', { meterStartWh: 10_000, evseNumber: 2 }],
  ] as const)('tells the API only what %s needs', (kind, fields) => {
    expect(decisionOf({ ...everything, kind })).toEqual({ input: { kind, ...fields } });
  });

  it.each(['0', '65', '1.5', 'x', ' '])('takes no EVSE that there cannot be: %p', (evseNumber) => {
    expect(decisionOf({ ...everything, kind: 'CREATE_SESSION', evseNumber })).toEqual({ lacking: ['evseNumber'] });
  });
});
