import { declareErrors } from '@ampline/kernel-errors';

export const grpcErrors = declareErrors('grpc', {
  tokenMissing: {
    kind: 'unauthenticated',
    level: 'info',
    message: 'The call carries no bearer token.',
    mend: 'Send the metadata `authorization: Bearer <token>`.',
  },
  tokenInvalid: {
    kind: 'unauthenticated',
    level: 'info',
    message: 'The token is not valid.',
    mend: 'Get a new token; it may have expired or been issued for another installation.',
  },
  realmUnavailable: {
    kind: 'unavailable',
    level: 'warn',
    message: 'The identity provider does not answer.',
    mend: 'Look at its logs and at AMPLINE_KEYCLOAK_URL; it is asked again with the next call.',
  },
  clientRefused: {
    kind: 'internal',
    level: 'error',
    message: 'The identity provider does not accept the credentials of this service.',
    mend: 'Compare the client of this service in the realm with its <SERVICE>_CLIENT_SECRET.',
  },
  roleMissing: {
    kind: 'forbidden',
    level: 'info',
    message: 'The caller has none of the roles that may do this.',
    mend: 'Ask a tenant admin for one of the roles named in the details; an API key needs the scope named there.',
  },
  tenantForeign: {
    kind: 'forbidden',
    level: 'warn',
    message: 'The caller belongs to another tenant.',
    mend: 'Leave out the metadata `ampline-tenant`, or use a token of that tenant.',
  },
  tenantMissing: {
    kind: 'invalid',
    level: 'info',
    message: 'The call names no tenant.',
    mend: 'Send the metadata `ampline-tenant` with the id of the tenant.',
  },
  textUnstorable: {
    kind: 'invalid',
    level: 'info',
    message: 'A text of the request has a NUL character.',
    mend: 'Leave it out: no field can store it.',
  },
  ruleMissing: {
    kind: 'forbidden',
    level: 'error',
    message: 'The method has no access rule, so nobody may call it.',
    mend: 'Declare the rule in the service definition.',
  },
});
