import { declareErrors } from '@ampline/kernel-errors';

export const launcherErrors = declareErrors('launcher', {
  alreadyRunning: {
    kind: 'conflict',
    level: 'error',
    message: 'Ampline is already running from this folder.',
    mend: 'Use the one that runs, or stop it first.',
  },
  partEnded: {
    kind: 'unavailable',
    level: 'error',
    message: 'An embedded part ended by itself.',
    mend: 'Look at its log, then start again; the data is kept.',
  },
});
