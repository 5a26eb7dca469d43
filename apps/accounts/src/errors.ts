import { declareErrors } from '@ampline/kernel-errors';

export const accountsErrors = declareErrors('accounts', {
  slugInvalid: {
    kind: 'invalid',
    level: 'info',
    message: 'A slug has 2 to 32 characters of a-z, 0-9 and -, and is not a reserved word.',
    mend: 'Choose another slug; it stands in subjects and in the URL of every station and never changes.',
  },
  slugTaken: {
    kind: 'conflict',
    level: 'info',
    message: 'Another tenant has this slug.',
    mend: 'Choose another slug, or look for the tenant in the list: it may have been created before.',
  },
  nameInvalid: {
    kind: 'invalid',
    level: 'info',
    message: 'A name has 1 to 100 characters.',
    mend: 'Shorten the name, or give one.',
  },
  tenantUnknown: {
    kind: 'not-found',
    level: 'info',
    message: 'There is no such tenant.',
    mend: 'Look at the list of tenants; the call names a tenant by its id, not by its slug.',
  },
  tenantStatusMissing: {
    kind: 'invalid',
    level: 'info',
    message: 'The call names no tenant status.',
    mend: 'Send ACTIVE or SUSPENDED.',
  },
  groupUnknown: {
    kind: 'not-found',
    level: 'info',
    message: 'The tenant has no such token group.',
    mend: 'Create the group first, or leave the group out.',
  },
  groupTokenInvalid: {
    kind: 'invalid',
    level: 'info',
    message: 'A group token has 1 to 20 printable ASCII characters without a space at either end.',
    mend: 'Shorten it: stations know the group by it, and OCPP 1.6 takes 20 characters.',
  },
  groupTokenTaken: {
    kind: 'conflict',
    level: 'info',
    message: 'Another group of the tenant has this group token; letter case makes no difference.',
    mend: 'Choose another group token, or use the group that has it.',
  },
  idTokenInvalid: {
    kind: 'invalid',
    level: 'info',
    message: 'An id token has 1 to 36 printable ASCII characters without a space at either end.',
    mend: 'Look for spaces and line ends that were copied along, and for characters outside ASCII.',
  },
  idTokenUnknown: {
    kind: 'not-found',
    level: 'info',
    message: 'The tenant has no such id token.',
    mend: 'Look at the list of id tokens; letter case makes no difference.',
  },
});
