import { declareErrors } from '@ampline/kernel-errors';

export const configurationErrors = declareErrors('csms.configuration', {
  templateUnknown: {
    kind: 'not-found',
    level: 'info',
    message: 'There is no such configuration template.',
    mend: 'List the configuration templates of the tenant.',
  },
  templateNameTaken: {
    kind: 'conflict',
    level: 'info',
    message: 'Another configuration template has this name.',
    mend: 'Choose another name.',
  },
  templateChanged: {
    kind: 'conflict',
    level: 'info',
    message: 'Somebody else has changed the template meanwhile.',
    mend: 'Read it again, and make the change to what it says now.',
  },
  tooManyTemplates: {
    kind: 'conflict',
    level: 'info',
    message: 'The tenant has as many configuration templates as it may.',
    mend: 'Remove templates that are no longer needed.',
  },
});
