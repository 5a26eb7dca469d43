import { declareErrors } from '@ampline/kernel-errors';

export const recordErrors = declareErrors('session-export', {
  sessionUnknown: {
    kind: 'not-found',
    level: 'info',
    message: 'There is no record of this session.',
    mend: 'A session that has just begun reaches the records within seconds; a missing one is found by `projection rebuild`.',
  },
  invalidField: {
    kind: 'invalid',
    level: 'info',
    message: 'A field of the request has a value that cannot be taken.',
    mend: 'Correct the field named in the details; `rule` says what it has to be.',
  },
  tooManyBuckets: {
    kind: 'invalid',
    level: 'info',
    message: 'The sessions lie in more hours or days than one answer holds.',
    mend: 'Narrow the time with `started_from` and `started_before`, or take days instead of hours.',
  },
  stateIncomplete: {
    kind: 'invalid',
    level: 'error',
    message: 'The state of a session lacks something that every session has.',
    mend: 'Look at the service that told it; the fact is parked and can be replayed once that service tells the session again.',
  },
});
