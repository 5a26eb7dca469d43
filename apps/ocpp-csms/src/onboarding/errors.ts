import { declareErrors } from '@ampline/kernel-errors';

export const onboardingErrors = declareErrors('csms.onboarding', {
  notPending: {
    kind: 'conflict',
    level: 'info',
    message: 'The station does not wait to be accepted.',
    mend: 'Look at the station: somebody has accepted or rejected it already.',
  },
  tokenUnknown: {
    kind: 'not-found',
    level: 'info',
    message: 'There is no such registration token.',
    mend: 'List the registration tokens of the tenant.',
  },
  tooManyBlocked: {
    kind: 'conflict',
    level: 'info',
    message: 'The tenant has blocked as many unknown identities as it may.',
    mend: 'Unblock what no longer knocks, or enter the station and reject it.',
  },
});
