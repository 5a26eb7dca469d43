import { declareErrors } from '@ampline/kernel-errors';

export const launcherErrors = declareErrors('launcher', {
  wrongUsage: {
    kind: 'invalid',
    level: 'error',
    message: 'The options are not understood.',
    mend: '`npm start -- --help` lists them.',
  },
  alreadyRunning: {
    kind: 'conflict',
    level: 'error',
    message: 'Ampline is already running from this folder.',
    mend: 'Use the one that runs, or stop it first.',
  },
  installationUnreadable: {
    kind: 'invalid',
    level: 'error',
    message: 'The file with the secret of the installation cannot be read.',
    mend: 'Restore it from a backup, or throw the data of the folder away with --reset.',
  },
  folderReadOnly: {
    kind: 'forbidden',
    level: 'error',
    message: 'The data folder cannot be written.',
    mend: 'Give yourself write access to it, or choose another one with --data=FOLDER.',
  },
  partEnded: {
    kind: 'unavailable',
    level: 'error',
    message: 'An embedded part ended by itself.',
    mend: 'Look at its log, then start again; the data is kept.',
  },
});
