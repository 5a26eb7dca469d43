import { declareErrors } from '@ampline/kernel-errors';

export const localListErrors = declareErrors('csms.local-list', {
  policyUnknown: {
    kind: 'not-found',
    level: 'info',
    message: 'There is no such policy.',
    mend: 'List the policies of the tenant.',
  },
});
