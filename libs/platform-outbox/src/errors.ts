import { declareErrors } from '@ampline/kernel-errors';

export const outboxErrors = declareErrors('outbox', {
  factTooLarge: {
    kind: 'invalid',
    level: 'error',
    message: 'A fact is larger than 256 KiB.',
    mend: 'Carry the long series by object reference; a fact holds the state its consumers need, not its history.',
  },
  wrongContext: {
    kind: 'internal',
    level: 'error',
    message: 'A fact of another context was handed to this outbox or consumer.',
    mend: "A service tells facts of its own context only; consume each context's stream with a consumer of its own.",
  },
  payloadUnreadable: {
    kind: 'invalid',
    level: 'error',
    message: 'The payload of a fact is not what its type says.',
    mend: 'Mend the service that told it. When it tells the entity again, leave this fact out: --skip-parked --fact=<id>, then --replay-parked.',
  },
  publishRefused: {
    kind: 'unavailable',
    level: 'error',
    message: 'The stream did not take a fact.',
    mend: 'Look at the limits and the disk of JetStream. Nothing is lost: the relay tries again, the lag metric shows how far behind it is.',
  },
  streamUnreadable: {
    kind: 'unavailable',
    level: 'warn',
    message: 'The stream could not be read while it was compared with the outbox.',
    mend: 'Look at nats-server; the relay compares again by itself and publishes nothing new meanwhile.',
  },
});
