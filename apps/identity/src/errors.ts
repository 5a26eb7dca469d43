import { declareErrors } from '@ampline/kernel-errors';

export const identityErrors = declareErrors('identity', {
  realmMissing: {
    kind: 'invalid',
    level: 'error',
    message: 'The identity service does not know where it is reached.',
    mend: 'Set AMPLINE_KEYCLOAK_URL to the base that browsers reach it by, such as http://127.0.0.1:8180; tokens name it as their issuer.',
  },
  keysUnreadable: {
    kind: 'internal',
    level: 'error',
    message: 'A signing key cannot be decrypted.',
    mend: 'AMPLINE_SECRET is another one than when the key was made. Put the old one back; or delete the rows of identity.signing_key: new keys are made at the next start, and everybody logs in again.',
  },
  keysMissing: {
    kind: 'unavailable',
    level: 'error',
    message: 'No signing key has been loaded.',
    mend: 'The service makes one at its start: look at its log for why it could not.',
  },
  tokenMissing: {
    kind: 'unauthenticated',
    level: 'info',
    message: 'The admin API needs an access token of this realm.',
    mend: 'Send an access token of this realm, as Bearer.',
  },
  adminForbidden: {
    kind: 'forbidden',
    level: 'warn',
    message: 'The client of this token does not manage users.',
    mend: 'Users are managed by the client ampline-accounts alone.',
  },
  realmUnknown: {
    kind: 'not-found',
    level: 'info',
    message: 'There is no such realm here.',
    mend: 'The realm is the one that AMPLINE_KEYCLOAK_REALM names.',
  },
  userUnknown: {
    kind: 'not-found',
    level: 'info',
    message: 'The realm has no such user.',
    mend: 'Look the user up by its name: its id is given at creation and never changes.',
  },
  roleUnknown: {
    kind: 'not-found',
    level: 'info',
    message: 'The realm has no such role.',
    mend: 'The realm has the roles of the platform and no others.',
  },
  usernameTaken: {
    kind: 'conflict',
    level: 'info',
    message: 'Another user has this user name.',
    mend: 'A user name is `<tenant>/<e-mail>`: the tenant has a user with this e-mail already.',
  },
  requestInvalid: {
    kind: 'invalid',
    level: 'info',
    message: 'The request is not as the admin API has it.',
    mend: 'Compare it with Keycloak’s UserRepresentation; the details name the field.',
  },
});
