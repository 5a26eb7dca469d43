import { OnboardingMode, TemplateMode } from '@ampline/contracts';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { ServiceAnswers } from './stand-ins.js';

const AT = timestampFromDate(new Date('2026-03-01T10:00:00Z'));
const LOCATION = '019f0000-0000-7000-8002-000000000000';
const STATION = '019f0000-0000-7000-8000-000000000000';
const TEMPLATE = '019f0000-0000-7000-8009-000000000000';

const policy = { mode: OnboardingMode.PENDING, locationId: LOCATION, maxPending: 50, maxPerHour: 20 };
const unknown = { identity: 'X', remoteAddress: '192.0.2.1', reason: 'unknown-station', attempts: 3n, firstSeenAt: AT, lastSeenAt: AT };
const token = {
  ...{ tokenId: 't1', name: 'Harbour', locationId: LOCATION, expiresAt: AT, maxUses: 5, uses: 1, createdAt: AT, revokedAt: AT, shared: 1 },
};
const setting = {
  ...{ key: 'HeartbeatInterval', reported: true, value: '300', readonly: false, readAt: AT, desired: '60', templateId: TEMPLATE },
  ...{ mode: TemplateMode.ENFORCE, status: 'accepted', drifted: true },
};
const content = {
  name: 'Calm',
  rule: { vendor: 'V', model: 'M', firmwareFrom: '1', firmwareBefore: '2', siteIds: [LOCATION], stationIds: [STATION] },
  priority: 10,
  mode: TemplateMode.OBSERVE,
  resetWhenIdle: true,
  settings: [{ key: 'HeartbeatInterval', value: '60' }],
};
const template = { templateId: TEMPLATE, version: 2, content, updatedAt: AT, stations: 3, drifted: 1 };

/** Unknown stations and settings, one of each. */
export function devices(): Pick<ServiceAnswers, 'onboarding' | 'configuration'> {
  return {
    onboarding: {
      getOnboardingPolicy: () => ({ policy }),
      setOnboardingPolicy: () => ({ policy }),
      listUnknownStations: () => ({ stations: [unknown] }),
      blockUnknownStation: () => ({ station: unknown }),
      acceptStation: () => ({ station: { stationId: STATION, identity: 'X', siteId: STATION, locationId: LOCATION, registration: 1 } }),
      listRegistrationTokens: () => ({ tokens: [token] }),
      createRegistrationToken: () => ({ registrationToken: token, token: 'secret' }),
      revokeRegistrationToken: () => ({ registrationToken: token }),
    },
    configuration: {
      getStationConfiguration: () => ({ settings: [setting], readAt: AT, strictInbound: true }),
      listSettingChanges: () => ({ changes: [{ changeId: 'c1', key: 'K', kind: 'changed', valueBefore: '1', value: '2', at: AT }] }),
      readStationConfigurations: () => ({ stations: 1 }),
      listConfigurationTemplates: () => ({ templates: [template] }),
      listTemplateVersions: () => ({ versions: [{ version: 2, content, changedBy: 'somebody', changedAt: AT }] }),
      putConfigurationTemplate: () => ({ template }),
      removeConfigurationTemplate: () => ({}),
      previewConfigurationTemplate: () => ({
        ...{ matching: 2, changing: 1 },
        stations: [{ stationId: STATION, identity: 'X', settings: [{ key: 'K', desiredBefore: '1', desired: '2', reported: '3' }] }],
      }),
      listDriftedStations: () => ({ stations: [{ stationId: STATION, settings: [setting] }], total: 1 }),
      applyConfiguration: () => ({ stations: 1 }),
      setStrictInbound: () => ({}),
    },
  };
}
