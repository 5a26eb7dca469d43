import { declareErrors } from '@ampline/kernel-errors';

export const importErrors = declareErrors('csms.import', {
  unknown: { kind: 'not-found', level: 'info', message: 'There is no such import.', mend: 'List the imports of the tenant.' },
  tooLarge: { kind: 'invalid', level: 'info', message: 'The file is larger than 10 MiB.', mend: 'Split it into several files.' },
  incomplete: {
    kind: 'conflict',
    level: 'info',
    message: 'What arrived is not what was announced.',
    mend: 'Upload the file again.',
  },
  notChecked: {
    kind: 'conflict',
    level: 'info',
    message: 'The import is not one that has been checked and waits to be applied.',
    mend: 'Look at its state; upload the file again when it failed or was applied already.',
  },
  hasErrors: {
    kind: 'conflict',
    level: 'info',
    message: 'Rows of the file have errors, so nothing is written.',
    mend: 'Mend them and upload the file again, or apply the good rows alone.',
  },
  nothingToDo: {
    kind: 'conflict',
    level: 'info',
    message: 'No row of the file would change anything.',
    mend: 'Nothing is left to do.',
  },
});
