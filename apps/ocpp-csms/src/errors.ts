import { declareErrors } from '@ampline/kernel-errors';

/** What callers of the management API have to expect. */
export const csmsErrors = declareErrors('csms', {
  invalidField: {
    kind: 'invalid',
    level: 'info',
    message: 'A field of the request has a value that cannot be taken.',
    mend: 'Correct the field named in the details; `rule` says what it has to be.',
  },
  tenantUnknown: {
    kind: 'unavailable',
    level: 'warn',
    message: 'The tenant has not reached this service yet.',
    mend: 'Try again in a few seconds; if it stays, look at the consumer of the accounts facts.',
  },
  factUnreadable: {
    kind: 'internal',
    level: 'error',
    message: 'A fact of another service says something that this version does not know.',
    mend: 'Update this service to the version of the one that tells the fact, then replay the parked facts.',
  },
  siteUnknown: { kind: 'not-found', level: 'info', message: 'There is no such site.', mend: 'List the sites of the tenant.' },
  siteNameTaken: { kind: 'conflict', level: 'info', message: 'Another site has this name.', mend: 'Choose another name.' },
  locationUnknown: { kind: 'not-found', level: 'info', message: 'There is no such location.', mend: 'List the locations of the site.' },
  stationUnknown: {
    kind: 'not-found',
    level: 'info',
    message: 'There is no such charging station.',
    mend: 'List the stations of the tenant.',
  },
  stationIdentityTaken: {
    kind: 'conflict',
    level: 'info',
    message: 'Another charging station of the tenant has this identity; upper and lower case count as equal.',
    mend: 'Choose another identity, or use the station that exists.',
  },
  evseCodeTaken: {
    kind: 'conflict',
    level: 'info',
    message: 'Another EVSE of the tenant has this EVSE id.',
    mend: 'EVSE ids name one EVSE each: correct the one or the other.',
  },
  evseUnknown: {
    kind: 'not-found',
    level: 'info',
    message: 'The station has no EVSE of this number.',
    mend: 'Look at the EVSEs of the station.',
  },
  sessionUnknown: { kind: 'not-found', level: 'info', message: 'There is no such session.', mend: 'List the sessions of the tenant.' },
  sessionNotActive: {
    kind: 'conflict',
    level: 'info',
    message: 'The session has ended already.',
    mend: 'Nothing is left to stop; look at the session record.',
  },
  commandUnknown: { kind: 'not-found', level: 'info', message: 'There is no such command.', mend: 'List the commands of the station.' },
  commandNotQueued: {
    kind: 'conflict',
    level: 'info',
    message: 'The command does not wait in the queue: it was sent, or is over.',
    mend: 'Look at its outcome; what was sent cannot be taken back.',
  },
  secretNotKept: {
    kind: 'invalid',
    level: 'info',
    message: 'The payload holds a secret, which is not kept: such a command is neither queued nor run over many stations.',
    mend: 'Send it to each station while it is connected.',
  },
  commandRunUnknown: { kind: 'not-found', level: 'info', message: 'There is no such command run.', mend: 'List the command runs.' },
  commandRunOver: {
    kind: 'conflict',
    level: 'info',
    message: 'The command run is over: nothing is left to stop.',
    mend: 'Look at the results of its stations.',
  },
  selectionEmpty: {
    kind: 'invalid',
    level: 'info',
    message: 'No station is selected.',
    mend: 'Widen the filter; a preview shows how many stations it selects.',
  },
  selectionTooLarge: {
    kind: 'invalid',
    level: 'info',
    message: 'More stations are selected than one run may have.',
    mend: 'Narrow the filter, for example to one site, and start several runs.',
  },
  actionUnknown: {
    kind: 'invalid',
    level: 'info',
    message: 'This is no action that a charging station can be sent.',
    mend: 'Use an action of OCPP 1.6 that goes from the central system to the station, spelled as in the standard.',
  },
  payloadInvalid: {
    kind: 'invalid',
    level: 'info',
    message: 'The payload is not what the schema of the action demands.',
    mend: 'Correct the places named in the details.',
  },
  idempotencyKeyReused: {
    kind: 'conflict',
    level: 'info',
    message: 'The idempotency key was used for a different command.',
    mend: 'Take a new key for each command, and the same only to ask again for its outcome.',
  },
  stationPending: {
    kind: 'conflict',
    level: 'info',
    message: 'The station is not accepted yet; until then nothing can be started or stopped there.',
    mend: 'Accept the station first, then send the command again.',
  },
  stationRejected: {
    kind: 'conflict',
    level: 'info',
    message: 'The station is rejected; it is sent no commands.',
    mend: 'Accept the station first, then send the command again.',
  },
});
