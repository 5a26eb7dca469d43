import { declareErrors } from '@ampline/kernel-errors';

export const simulatorErrors = declareErrors('simulator', {
  conditionNotMet: {
    kind: 'timeout',
    level: 'warn',
    message: 'A simulated station waited for something that did not happen.',
    mend: 'The details name the step of the scenario and what it waited for; look at the log of the central system at that time.',
  },
  transferFailed: {
    kind: 'unavailable',
    level: 'warn',
    message: 'A simulated station could not fetch or put a file.',
    mend: 'The details hold the HTTP status or the reason: is the address right, and does its server know the credentials in it?',
  },
  noSuchConnector: {
    kind: 'invalid',
    level: 'warn',
    message: 'The simulated station has no connector of this number.',
    mend: 'Connectors count from 1; give the station as many EVSEs as the scenario uses.',
  },
});
