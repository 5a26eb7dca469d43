import { declareErrors } from '@ampline/kernel-errors';

export const ocppErrors = declareErrors('ocpp', {
  outboundInvalid: {
    kind: 'internal',
    level: 'error',
    message: 'An outbound OCPP message does not conform to its schema.',
    mend: 'A fault in the code that made it: `violations` in the details names the fields. Nothing was sent.',
  },
  schemaMissing: {
    kind: 'internal',
    level: 'error',
    message: 'There is no schema for this OCPP message.',
    mend: 'The installed package of schemas is not the pinned one: install again from the lockfile.',
  },
});
