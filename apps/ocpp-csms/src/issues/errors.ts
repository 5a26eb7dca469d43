import { declareErrors } from '@ampline/kernel-errors';

export const issueErrors = declareErrors('csms.intake-issue', {
  unknown: { kind: 'not-found', level: 'info', message: 'There is no such intake issue.', mend: 'List the intake issues of the tenant.' },
  resolvedAlready: {
    kind: 'conflict',
    level: 'info',
    message: 'The issue has been resolved already.',
    mend: 'Nothing is left to do; the issue tells by whom and how.',
  },
  resolutionMissing: {
    kind: 'invalid',
    level: 'info',
    message: 'The request names no resolution.',
    mend: 'Name one of those that docs/operations/intake-issues.md lists for the reason.',
  },
  resolutionUnfit: {
    kind: 'invalid',
    level: 'info',
    message: 'An issue with this reason cannot be resolved like that.',
    mend: 'Take one of the resolutions that the details list.',
  },
  sessionUnknown: {
    kind: 'not-found',
    level: 'info',
    message: 'The station of the issue has no such session.',
    mend: 'List the sessions of the station; a session of another station cannot take the stop.',
  },
  sessionActive: {
    kind: 'conflict',
    level: 'info',
    message: 'The session still runs: it can be closed once it has ended, or is stopped at the station.',
    mend: 'Stop the session first.',
  },
  noStop: {
    kind: 'invalid',
    level: 'info',
    message: 'The message of the issue holds no StopTransaction that can be read.',
    mend: 'Dismiss the issue, and close the session by hand.',
  },
  badRegister: {
    kind: 'invalid',
    level: 'info',
    message: 'The register reading does not fit the session.',
    mend: 'Name a register in Wh that is not negative, and at the begin not above the one of the stop.',
  },
  badEvse: {
    kind: 'invalid',
    level: 'info',
    message: 'A station has EVSEs 1 to 64.',
    mend: 'Name the EVSE at which the session took place.',
  },
});
