import { declareErrors } from '@ampline/kernel-errors';

export const cliErrors = declareErrors('cli', {
  notRunning: {
    kind: 'unavailable',
    level: 'info',
    message: 'Ampline is not running here.',
    mend: 'Start it with `npm start`, or set AMPLINE_SECRET and AMPLINE_GRPC_URLS to reach an installation elsewhere.',
  },
  installationUnreadable: {
    kind: 'invalid',
    level: 'info',
    message: 'The file of the installation cannot be read.',
    mend: 'It is written by `npm start`; stop it, remove the file and start again.',
  },
  tenantUnknown: {
    kind: 'not-found',
    level: 'info',
    message: 'There is no tenant of that name.',
    mend: 'Name one of the tenants in the details with --tenant, or create it: `npm run ampline -- tenants create <slug> <name>`.',
  },
  tenantMissing: {
    kind: 'invalid',
    level: 'info',
    message: 'There are several tenants, and none was named.',
    mend: 'Add --tenant <slug>, or set AMPLINE_TENANT.',
  },
  nameUnknown: {
    kind: 'not-found',
    level: 'info',
    message: 'Nothing has that name.',
    mend: 'List what there is, and use its id when two have the same name.',
  },
  argumentInvalid: {
    kind: 'invalid',
    level: 'info',
    message: 'An argument is not what it should be.',
    mend: 'See --help of the command.',
  },
  answerIncomplete: {
    kind: 'internal',
    level: 'error',
    message: 'The answer of the platform lacks what was asked for.',
    mend: 'This program and the platform may be of different versions.',
  },
  serviceUnreachable: {
    kind: 'unavailable',
    level: 'info',
    message: 'A service of the platform cannot be reached.',
    mend: 'Look whether it runs: `npm run ampline -- status`.',
  },
});
