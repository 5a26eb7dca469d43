import { declareErrors } from '@ampline/kernel-errors';

export const simulatorErrors = declareErrors('simulator', {
  conditionNotMet: {
    kind: 'timeout',
    level: 'warn',
    message: 'A simulated station waited for something that did not happen.',
    mend: 'The details name the step of the scenario and what it waited for; look at the log of the central system at that time.',
  },
  noSuchConnector: {
    kind: 'invalid',
    level: 'warn',
    message: 'The simulated station has no connector of this number.',
    mend: 'Connectors count from 1; give the station as many EVSEs as the scenario uses.',
  },
});
