import { declareErrors } from '@ampline/kernel-errors';

export const securityErrors = declareErrors('csms.security', {
  certificateUnreadable: {
    kind: 'invalid',
    level: 'info',
    message: 'This is no certificate.',
    mend: 'Upload X.509 certificates as PEM, the text with BEGIN CERTIFICATE and END CERTIFICATE.',
  },
  notAnAuthority: {
    kind: 'invalid',
    level: 'info',
    message: 'This is no certificate of an authority.',
    mend: 'Upload the root certificate of the authority, not one that it issued to a server or a station.',
  },
  authorityKnown: { kind: 'conflict', level: 'info', message: 'This authority is trusted already.', mend: 'Nothing is left to do.' },
  authorityUnknown: {
    kind: 'not-found',
    level: 'info',
    message: 'There is no such authority.',
    mend: 'List the authorities of the tenant.',
  },
  authorityUnreadable: {
    kind: 'internal',
    level: 'error',
    message: 'The private key of an authority cannot be opened.',
    mend: 'Start with the AMPLINE_SECRET with which the authority was made, or make a new authority.',
  },
  certificateUnknown: {
    kind: 'not-found',
    level: 'info',
    message: 'There is no such certificate.',
    mend: 'List the certificates of the tenant.',
  },
  certificateRevoked: { kind: 'conflict', level: 'info', message: 'The certificate is revoked already.', mend: 'Nothing is left to do.' },
  requestUnknown: {
    kind: 'not-found',
    level: 'info',
    message: 'There is no such certificate request.',
    mend: 'List the certificate requests of the tenant.',
  },
  requestDecided: {
    kind: 'conflict',
    level: 'info',
    message: 'The certificate request does not wait any more.',
    mend: 'Ask the station for a new one: trigger SignChargePointCertificate.',
  },
  certificateUnfit: {
    kind: 'invalid',
    level: 'info',
    message: 'The certificate does not answer the request.',
    mend: 'Upload the certificate that was issued for this request: its key is that of the request, its common name the identity of the station, and its authority is trusted by the tenant. The details say what does not fit.',
  },
  serverRootUnreadable: {
    kind: 'invalid',
    level: 'error',
    message: 'The root certificate of the server cannot be read.',
    mend: 'Name a readable PEM file in OCPP_CSMS_SERVER_ROOT_CERTIFICATE_FILE, or leave it unset.',
  },
  passwordMissing: {
    kind: 'conflict',
    level: 'info',
    message: 'The station has no password, and profiles 1 and 2 need one.',
    mend: 'Set a password first, or raise the profile together with a new key.',
  },
});
