import { describe, expect, it } from '@jest/globals';
import { subjectFamily } from './metrics.js';

describe('subjectFamily', () => {
  it.each([
    ['ocpp.call.acme.S1.Heartbeat', 'ocpp.call'],
    ['ocpp.admit', 'ocpp.admit'],
    ['ocpp', 'ocpp'],
    ['', ''],
  ])('of %p is %p', (subject, family) => expect(subjectFamily(subject)).toBe(family));
});
