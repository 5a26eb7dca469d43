import { declareErrors } from '@ampline/kernel-errors';

export const apiErrors = declareErrors('api', {
  ruleMissing: {
    kind: 'internal',
    level: 'error',
    message: 'A field of the GraphQL schema has no access rule.',
    mend: 'Give the field, or its type, @access or @public in apps/api-gateway/schema.',
  },
});
