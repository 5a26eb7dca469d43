import { describe, expect, it } from '@jest/globals';
import { verdictOf } from './verdict.js';

describe('verdict on a command', () => {
  it.each([
    ['PENDING', null, 'info', 'pending'],
    ['ANSWERED', 'Accepted', 'success', 'accepted'],
    ['ANSWERED', 'Unlocked', 'success', 'accepted'],
    ['ANSWERED', null, 'success', 'answered'],
    ['ANSWERED', 'Scheduled', 'info', 'scheduled'],
    ['ANSWERED', 'RebootRequired', 'info', 'rebootRequired'],
    ['ANSWERED', 'Rejected', 'error', 'rejected'],
    ['ANSWERED', 'UnlockFailed', 'error', 'rejected'],
    ['ANSWERED', 'NotSupported', 'error', 'rejected'],
    ['REFUSED_BY_STATION', null, 'error', 'error'],
    ['STATION_OFFLINE', null, 'error', 'offline'],
    ['TIMEOUT', null, 'warning', 'timeout'],
    ['NOT_SENT', null, 'error', 'notSent'],
    ['QUEUED', null, 'info', 'queued'],
    ['EXPIRED', null, 'warning', 'expired'],
    ['CANCELLED', null, 'warning', 'cancelled'],
  ] as const)('%s %s: %s', (outcome, responseStatus, severity, key) => {
    expect(verdictOf({ outcome, responseStatus })).toEqual({ severity, key: `command.verdict.${key}` });
  });
});
