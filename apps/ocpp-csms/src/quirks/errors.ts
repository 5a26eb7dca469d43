import { declareErrors } from '@ampline/kernel-errors';

export const quirkErrors = declareErrors('csms.quirks', {
  severalConnectors: {
    kind: 'conflict',
    level: 'info',
    message: 'The station has more than one connector, so connector 0 cannot mean one of them.',
    mend: 'Leave the quirk off for this station.',
  },
});
