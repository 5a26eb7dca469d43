import { declareErrors } from '@ampline/kernel-errors';

export const timeErrors = declareErrors('time', {
  timerTooLong: {
    kind: 'internal',
    level: 'error',
    message: 'A timer may run for 24.8 days at most.',
    mend: 'What must happen that far ahead is a row of the job queue, not a timer.',
  },
});
