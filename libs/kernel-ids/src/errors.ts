import { declareErrors } from '@ampline/kernel-errors';

export const idErrors = declareErrors('ids', {
  notAnId: {
    kind: 'invalid',
    level: 'info',
    message: 'Not an id: a UUID is expected.',
    mend: 'Look at the caller: it passed a name or another identifier where a UUID is due.',
  },
  notASubjectToken: {
    kind: 'invalid',
    level: 'warn',
    message: 'The text cannot be a bus subject token.',
    mend: 'An empty identity, broken Unicode or a subject that our codec did not write; look at `reason` in the details.',
  },
});
