import { declareErrors } from '@ampline/kernel-errors';

export const moneyErrors = declareErrors('money', {
  notAnAmount: {
    kind: 'invalid',
    level: 'info',
    message: 'Not an amount: a plain decimal number is expected.',
    mend: 'The caller sent an exponent, a comma or a text; decimal digits with a point are meant.',
  },
  notACurrency: {
    kind: 'invalid',
    level: 'info',
    message: 'Not a currency: three capital letters of ISO 4217 are expected.',
    mend: 'Look at the tariff or contract the currency came from.',
  },
  currencyMismatch: {
    kind: 'internal',
    level: 'error',
    message: 'Amounts of two currencies cannot be combined.',
    mend: 'A calculation met two currencies; convert first, by a rate that somebody is answerable for.',
  },
});
