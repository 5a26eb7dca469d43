import { declareErrors } from '@ampline/kernel-errors';

export const leaseErrors = declareErrors('lease', {
  lost: {
    kind: 'conflict',
    level: 'warn',
    message: 'The lease has gone to another holder: nothing was written.',
    mend: 'Nothing to do once; if it happens often, the process is frozen or starved for longer than the lease lasts.',
  },
});
