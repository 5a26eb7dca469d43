import { declareErrors } from '@ampline/kernel-errors';

export const meteringErrors = declareErrors('csms.metering', {
  keyUnreadable: {
    kind: 'invalid',
    level: 'info',
    message: 'This is no public key of a meter.',
    mend: 'Paste it as PEM, Base64 or hexadecimal digits, as the type plate, the register or the maker shows it.',
  },
  keyCurve: {
    kind: 'invalid',
    level: 'info',
    message: 'The key belongs to a curve that OCMF does not know.',
    mend: 'Check that it is the key of the meter: OCMF signs with secp192, secp256, secp384 and brainpool curves.',
  },
  keyAmbiguous: {
    kind: 'invalid',
    level: 'info',
    message: 'The key is a bare point that fits several algorithms.',
    mend: 'Name the algorithm, as the meter writes it into SA of its records.',
  },
  keyRegistered: {
    kind: 'conflict',
    level: 'info',
    message: 'This key is registered for the EVSE already.',
    mend: 'Use the one that is registered, or revoke it first.',
  },
  keyUnknown: { kind: 'not-found', level: 'info', message: 'There is no such meter key.', mend: 'List the keys of the station.' },
  keyRevoked: { kind: 'conflict', level: 'info', message: 'The meter key has been revoked already.', mend: 'Nothing is left to be done.' },
});
