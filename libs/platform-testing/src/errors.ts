import { declareErrors } from '@ampline/kernel-errors';

export const postgresErrors = declareErrors('testing.postgres', {
  binariesMissing: {
    kind: 'unavailable',
    level: 'error',
    message: 'There are no PostgreSQL binaries for this operating system.',
    mend: 'Run npm ci without --omit=optional, or point the services at a PostgreSQL 15 or newer of your own.',
  },
  userMissing: {
    kind: 'unavailable',
    level: 'error',
    message: 'PostgreSQL refuses to run as root and there is neither a user "postgres" nor "nobody" to run it as.',
    mend: 'Start as an ordinary user, or create a system user "postgres".',
  },
  initFailed: {
    kind: 'internal',
    level: 'error',
    message: 'The PostgreSQL data directory could not be created.',
    mend: 'Read the named log file; a full disk and a folder without write permission are the usual reasons.',
  },
  startFailed: {
    kind: 'unavailable',
    level: 'error',
    message: 'PostgreSQL did not start.',
    mend: 'Read the named log file; start with --reset if the data may be thrown away.',
  },
  versionMismatch: {
    kind: 'conflict',
    level: 'error',
    message: 'The data directory was made by another major version of PostgreSQL.',
    mend: 'Start with --reset if the data may be thrown away, or dump it with the older version first.',
  },
  wrongServer: {
    kind: 'forbidden',
    level: 'error',
    message: 'The server at this address is not the one that was started for this run; nothing was changed on it.',
    mend: 'Check the address. Tests create tables only on a server that proves to be theirs.',
  },
});

export const natsErrors = declareErrors('testing.nats-server', {
  missing: {
    kind: 'unavailable',
    level: 'error',
    message: 'nats-server is not installed.',
    mend: 'Debian and Ubuntu: apt-get install nats-server. macOS: brew install nats-server. Others: put the binary from the NATS releases on PATH.',
  },
  startFailed: {
    kind: 'unavailable',
    level: 'error',
    message: 'nats-server did not start.',
    mend: 'Read the named log file; a busy port and a configuration error are the usual reasons.',
  },
});

export const directoryErrors = declareErrors('testing.directory', {
  inUse: {
    kind: 'conflict',
    level: 'error',
    message: 'Another running process owns this data directory.',
    mend: 'Stop the process with the named pid, or choose another data directory.',
  },
});

export const portErrors = declareErrors('testing.port', {
  busy: {
    kind: 'conflict',
    level: 'error',
    message: 'The port is taken by another program.',
    mend: 'Stop the other program, or choose another port.',
  },
});

export const waitErrors = declareErrors('testing.wait', {
  timeout: {
    kind: 'timeout',
    level: 'error',
    message: 'The condition did not come true in time.',
    mend: 'The cause of this error is the last failure of the condition.',
  },
});
