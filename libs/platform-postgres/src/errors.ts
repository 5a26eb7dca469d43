import { declareErrors } from '@ampline/kernel-errors';

export const databaseErrors = declareErrors('database', {
  unavailable: {
    kind: 'unavailable',
    level: 'warn',
    message: 'The database cannot be reached.',
    mend: 'Check that PostgreSQL runs and that the address and the role passwords are right; the cause names the reason.',
  },
  commitUnknown: {
    kind: 'unavailable',
    level: 'warn',
    message: 'The connection broke while the transaction was being committed: it may or may not have taken effect.',
    mend: 'Nothing to do: the caller repeats with the same idempotency key, and the unique keys decide.',
  },
  aborted: {
    kind: 'internal',
    level: 'error',
    message: 'The transaction was rolled back at its commit because a statement in it had failed and the failure was swallowed.',
    mend: 'A programming error: let the failure through, or use a savepoint.',
  },
  statementTimeout: {
    kind: 'timeout',
    level: 'error',
    message: 'A statement took longer than its role allows and was cancelled.',
    mend: 'Look for the statement in the trace; a missing index or a lock held elsewhere are the usual reasons.',
  },
  badCursor: {
    kind: 'invalid',
    level: 'info',
    message: 'The page cursor is not one that this list gave out.',
    mend: 'Nothing: the client sends the cursor back unchanged, or none to start over.',
  },
  badPageLimit: {
    kind: 'invalid',
    level: 'info',
    message: 'A page cannot have that many rows.',
    mend: 'Ask for 1 to 500 rows, or for 0, which means the default.',
  },
  prismaOutsideTransaction: {
    kind: 'internal',
    level: 'error',
    message: 'A Prisma query was made outside of a transaction of platform-postgres, so no tenant is set.',
    mend: 'A programming error: use the client that asTenant or asWorker hands to its callback.',
  },
  badName: {
    kind: 'invalid',
    level: 'error',
    message: 'A schema, table or role name is not made of lower-case letters, digits and underscores.',
    mend: 'Choose another name.',
  },
});
