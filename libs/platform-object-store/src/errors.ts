import { declareErrors } from '@ampline/kernel-errors';

export const objectStoreErrors = declareErrors('object-store', {
  badKey: {
    kind: 'invalid',
    level: 'error',
    message: 'The object key is empty, too long, or has an empty, "." or ".." segment.',
    mend: 'A programming error: keys are made by the service, never taken from a request as they come.',
  },
  badUrl: {
    kind: 'invalid',
    level: 'error',
    message: 'The address of the object store is neither file:///folder nor s3://bucket/prefix?endpoint=…&region=….',
    mend: 'Correct the setting.',
  },
  unavailable: {
    kind: 'unavailable',
    level: 'warn',
    message: 'The object store did not do what it was asked.',
    mend: 'The cause names the reason: address, credentials, a missing bucket, a full disk.',
  },
});
