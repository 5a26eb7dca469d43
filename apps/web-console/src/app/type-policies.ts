import { keysetPages } from '@ampline/ui';
import type { FieldPolicy, TypePolicies } from '@apollo/client';

/** How the cache keeps the API's lists; what has an id is one thing wherever it is seen. */
export const typePolicies: TypePolicies = {
  Query: {
    fields: {
      stations: keysetPages('filter'),
      sites: keysetPages(),
      commands: keysetPages('stationId'),
      commandRuns: keysetPages(),
      sessions: keysetPages('filter'),
      intakeIssues: keysetPages('filter'),
      reservations: keysetPages('filter'),
      idTokens: keysetPages('filter'),
      tokenGroups: keysetPages(),
      drivers: keysetPages('search', 'organisationId'),
      organisations: keysetPages('search'),
      users: keysetPages('filter'),
      apiKeys: keysetPages(),
      guestLinks: keysetPages(),
      brands: keysetPages(),
      audit: keysetPages('filter'),
      firmwareImages: keysetPages('includeRetired'),
      firmwareCampaigns: keysetPages(),
      certificateRequests: keysetPages('stationId', 'state'),
      stationCertificates: keysetPages('stationId', 'endsBefore'),
      securityChanges: keysetPages('stationId', 'state'),
      securityEvents: keysetPages('stationId', 'criticalOnly', 'type'),
      refusedStations: keysetPages(),
      imports: keysetPages(),
      dataFindings: keysetPages('filter'),
      siteScores: keysetPages(),
      unknownStations: keysetPages(),
      registrationTokens: keysetPages(),
      driftedStations: keysetPages('templateId'),
      onboardingPolicy: { merge: true },
    },
  },
  Station: {
    fields: {
      messages: keysetPages('filter'),
      commands: keysetPages(),
      sessions: keysetPages(),
      files: keysetPages(),
      settingChanges: keysetPages(),
    },
  },
  Import: { fields: { rows: keysetPages('effect') } },
  FirmwareCampaign: { fields: { updates: keysetPages('state') } },
  StationRouting: { keyFields: ['stationId'] },
  UnknownStation: { keyFields: ['identity'] },
  Site: { fields: { locations: keysetPages(), stations: keysetPages(), counts: { merge: true } } },
  LocalList: { keyFields: ['stationId'], fields: { entries: keysetPages(), policy: { merge: false } } },
  Session: { fields: { readings: keysetPages() } },
  CommandRun: { fields: { stations: keysetPages(), counts: { merge: true } } },
  Command: {
    fields: {
      outcome: settledOver('PENDING', 'QUEUED'),
      completedAt: settledOver(null),
      response: settledOver(null),
      responseStatus: settledOver(null),
    },
  },
};

/** A command has no version, but is settled once: that it is not may be told late, by another way, and is older then. */
function settledOver(...unsettled: unknown[]): FieldPolicy<unknown> {
  const isSettled = (value: unknown) => value !== undefined && !unsettled.includes(value);
  return { merge: (known: unknown, came: unknown) => (isSettled(known) && !isSettled(came) ? known : came) };
}
