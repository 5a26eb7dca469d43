import { declareErrors } from '@ampline/kernel-errors';

export const jobErrors = declareErrors('jobs', {
  unknown: {
    kind: 'internal',
    level: 'error',
    message: 'No job of this name is defined in this service.',
    mend: 'A programming error: define the job before the service starts.',
  },
  alreadyStarted: {
    kind: 'internal',
    level: 'error',
    message: 'Jobs must be defined before they are started.',
    mend: 'A programming error: move the definition into the module that wires the service.',
  },
});
