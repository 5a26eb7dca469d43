import { declareErrors } from '@ampline/kernel-errors';

/** What the fields of the GraphQL API refuse by themselves; all other errors are those of the services behind it. */
export const resolverErrors = declareErrors('api', {
  badPage: {
    kind: 'invalid',
    level: 'info',
    message: 'A page has 1 to 500 rows.',
    mend: 'Ask with `first` from 1 to 500, and for the rows behind them with `after`.',
  },
  badResolution: {
    kind: 'invalid',
    level: 'info',
    message: 'The resolution lacks a field that its kind needs.',
    mend: 'Send the field named in the details as well.',
  },
  siteUnknown: { kind: 'not-found', level: 'info', message: 'There is no such site.', mend: 'List the sites.' },
  stationUnknown: { kind: 'not-found', level: 'info', message: 'There is no such charging station.', mend: 'List the stations.' },
  tooManyIssues: {
    kind: 'exhausted',
    level: 'info',
    message: 'There are too many issues to show them beside all of these.',
    mend: 'Ask for fewer stations or sessions at once, or page through `intakeIssues`.',
  },
  answerIncomplete: {
    kind: 'internal',
    level: 'error',
    message: 'A service left out a part of its answer.',
    mend: 'Compare the versions of the api-gateway and of the services behind it.',
  },
  valueUnknown: {
    kind: 'internal',
    level: 'error',
    message: 'A service says something that this version of the API does not know.',
    mend: 'Update the api-gateway to the version of the service.',
  },
});
