import { declareErrors } from '@ampline/kernel-errors';

export const recordErrors = declareErrors('session-export', {
  sessionUnknown: {
    kind: 'not-found',
    level: 'info',
    message: 'There is no record of this session.',
    mend: 'A session that has just begun reaches the records within seconds; a missing one is found by `projection rebuild`.',
  },
  stateIncomplete: {
    kind: 'invalid',
    level: 'error',
    message: 'The state of a session lacks something that every session has.',
    mend: 'Look at the service that told it; the fact is parked and can be replayed once that service tells the session again.',
  },
});
