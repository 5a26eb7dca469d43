import { declareErrors } from '@ampline/kernel-errors';

/** What a user of the bus has to expect. A request that failed with `timeout` or `disconnected` may or may not have been carried out. */
export const busErrors = declareErrors('bus', {
  noResponders: {
    kind: 'unavailable',
    level: 'warn',
    message: 'Nobody serves this subject.',
    mend: 'Start the service that owns the subject; the caller tries again by itself.',
  },
  timeout: {
    kind: 'timeout',
    level: 'warn',
    message: 'No reply within the time allowed.',
    mend: 'Look at the latency and the backlog of the service that owns the subject.',
  },
  disconnected: {
    kind: 'unavailable',
    level: 'warn',
    message: 'The message bus is not reachable.',
    mend: 'Look at nats-server; the connection comes back by itself.',
  },
  unreachable: {
    kind: 'unavailable',
    level: 'error',
    message: 'The message bus could not be reached at start.',
    mend: 'Start nats-server, or correct the URL of the bus in the configuration.',
  },
  refused: {
    kind: 'unauthenticated',
    level: 'error',
    message: 'The message bus refused the user or password.',
    mend: 'Correct user and password of the bus in the configuration of this service and of nats-server.',
  },
  forbidden: {
    kind: 'forbidden',
    level: 'error',
    message: 'This user may not use this subject.',
    mend: "Add the subject to the NATS permissions in the service's definition and render the server's configuration again.",
  },
  invalidMessage: {
    kind: 'invalid',
    level: 'error',
    message: 'The message cannot be sent: empty or malformed subject, line break in a header, or larger than max_payload.',
    mend: 'Encode foreign text with subjectToken before it becomes a subject or header; send large bodies by object reference.',
  },
  unreadableReply: {
    kind: 'internal',
    level: 'error',
    message: 'The reply could not be judged.',
    mend: 'Look at the cause: the two ends disagree about the shape of the reply.',
  },
  handlerFailed: {
    kind: 'internal',
    level: 'error',
    message: 'The request could not be handled.',
    mend: 'Look at the cause in the log of the service that owns the subject: a programming error.',
  },
});
