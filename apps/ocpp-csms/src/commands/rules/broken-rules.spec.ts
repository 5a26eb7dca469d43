import { describe, expect, it } from '@jest/globals';
import type { Ocpp16Action } from '@ampline/protocol-ocpp';
import { brokenRules } from './broken-rules.js';

const NOW = new Date('2026-03-05T10:00:00Z');
const BEFORE = '2026-03-05T09:00:00Z';
const AFTER = '2026-03-05T11:00:00Z';
const PEM = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';

const SCHEDULE = { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit: 16 }] };
const PROFILE = {
  chargingProfileId: 1,
  stackLevel: 0,
  chargingProfilePurpose: 'TxDefaultProfile',
  chargingProfileKind: 'Relative',
  chargingSchedule: SCHEDULE,
};
const RECURRING = {
  chargingProfileKind: 'Recurring',
  recurrencyKind: 'Daily',
  chargingSchedule: { ...SCHEDULE, startSchedule: BEFORE, duration: 86_400 },
};

const set = (profile: object, connectorId = 1) => ({ connectorId, csChargingProfiles: { ...PROFILE, ...profile } });
const start = (profile: object) => ({
  idTag: 'A',
  chargingProfile: { ...PROFILE, chargingProfilePurpose: 'TxProfile', ...profile },
});
const periods = (...chargingSchedulePeriod: object[]) => ({ chargingSchedule: { ...SCHEDULE, chargingSchedulePeriod } });
const list = (updateType: string, ...localAuthorizationList: object[]) => ({ listVersion: 1, updateType, localAuthorizationList });
const log = (o: object) => ({ logType: 'DiagnosticsLog', requestId: 1, log: { remoteLocation: 'https://files.example/', ...o } });
const firmware = (o: object) => ({
  requestId: 1,
  firmware: { location: 'https://files.example/fw', retrieveDateTime: AFTER, signingCertificate: PEM, signature: 'c2lnbmVk', ...o },
});
const ACCEPTED = { status: 'Accepted' };

const KEPT: [Ocpp16Action, object][] = [
  ['RemoteStartTransaction', start({})],
  ['RemoteStartTransaction', { idTag: 'A', connectorId: 1 }],
  ['ChangeAvailability', { connectorId: 0, type: 'Operative' }],
  ['SetChargingProfile', set({})],
  ['SetChargingProfile', set({}, 0)],
  ['SetChargingProfile', set(RECURRING)],
  ['SetChargingProfile', set({ ...RECURRING, chargingProfilePurpose: 'ChargePointMaxProfile' }, 0)],
  ['SetChargingProfile', set({ chargingProfilePurpose: 'TxProfile', transactionId: 7 })],
  ['SetChargingProfile', set(periods({ startPeriod: 0, limit: 0 }, { startPeriod: 60, limit: 16.1, numberPhases: 3 }))],
  ['SendLocalList', list('Full')],
  ['SendLocalList', list('Full', { idTag: 'A', idTagInfo: ACCEPTED })],
  ['SendLocalList', list('Differential', { idTag: 'A' }, { idTag: 'B', idTagInfo: ACCEPTED })],
  ['ReserveNow', { connectorId: 0, expiryDate: AFTER, idTag: 'A', reservationId: 1 }],
  ['GetDiagnostics', { location: 'ftp://user:word@files.example/d', startTime: BEFORE, stopTime: AFTER, retries: 0 }],
  ['UpdateFirmware', { location: 'https://files.example/fw', retrieveDate: BEFORE }],
  ['GetLog', log({ oldestTimestamp: BEFORE, latestTimestamp: AFTER })],
  ['SignedUpdateFirmware', firmware({ installDateTime: AFTER })],
  ['CertificateSigned', { certificateChain: PEM + PEM }],
  ['InstallCertificate', { certificateType: 'CentralSystemRootCertificate', certificate: PEM }],
  ['ClearCache', {}],
];

const BROKEN: [Ocpp16Action, object, string, string][] = [
  ['RemoteStartTransaction', { idTag: 'A', connectorId: 0 }, '/connectorId', 'must be above 0'],
  [
    'RemoteStartTransaction',
    start({ chargingProfilePurpose: 'TxDefaultProfile' }),
    '/chargingProfile/chargingProfilePurpose',
    'must be TxProfile',
  ],
  [
    'RemoteStartTransaction',
    start({ transactionId: 7 }),
    '/chargingProfile/transactionId',
    'must not be there: the transaction has not begun',
  ],
  ['RemoteStartTransaction', start({ stackLevel: -1 }), '/chargingProfile/stackLevel', 'must not be below 0'],
  ['UnlockConnector', { connectorId: 0 }, '/connectorId', 'must be above 0'],
  ['ChangeAvailability', { connectorId: -1, type: 'Operative' }, '/connectorId', 'must not be below 0'],
  ['ChangeConfiguration', { key: ' ', value: '1' }, '/key', 'must not be empty'],
  ['GetConfiguration', { key: ['HeartbeatInterval', ''] }, '/key/1', 'must not be empty'],
  ['DataTransfer', { vendorId: '' }, '/vendorId', 'must not be empty'],
  ['TriggerMessage', { requestedMessage: 'MeterValues', connectorId: 0 }, '/connectorId', 'must be above 0'],
  ['ExtendedTriggerMessage', { requestedMessage: 'MeterValues', connectorId: 0 }, '/connectorId', 'must be above 0'],
  [
    'SetChargingProfile',
    set({ ...RECURRING, chargingProfilePurpose: 'ChargePointMaxProfile' }),
    '/connectorId',
    'must be 0 for a ChargePointMaxProfile',
  ],
  ['SetChargingProfile', set({ chargingProfilePurpose: 'TxProfile' }, 0), '/connectorId', 'must be above 0 for a TxProfile'],
  [
    'SetChargingProfile',
    set({ chargingProfilePurpose: 'ChargePointMaxProfile' }, 0),
    '/csChargingProfiles/chargingProfileKind',
    'must not be Relative in a ChargePointMaxProfile',
  ],
  ['SetChargingProfile', set({ transactionId: 7 }), '/csChargingProfiles/transactionId', 'is for a TxProfile only'],
  ['SetChargingProfile', set({ validFrom: AFTER, validTo: BEFORE }), '/csChargingProfiles/validTo', 'must be after validFrom'],
  [
    'SetChargingProfile',
    set({ chargingProfileKind: 'Absolute' }),
    '/csChargingProfiles/chargingSchedule/startSchedule',
    'must be there in a profile that is Absolute',
  ],
  [
    'SetChargingProfile',
    set({ chargingSchedule: { ...SCHEDULE, startSchedule: AFTER } }),
    '/csChargingProfiles/chargingSchedule/startSchedule',
    'must not be there in a profile that is Relative',
  ],
  [
    'SetChargingProfile',
    set({ ...RECURRING, recurrencyKind: undefined }),
    '/csChargingProfiles/recurrencyKind',
    'must be there in a profile that is Recurring',
  ],
  ['SetChargingProfile', set({ recurrencyKind: 'Daily' }), '/csChargingProfiles/recurrencyKind', 'is for a profile that is Recurring only'],
  [
    'SetChargingProfile',
    set({ ...RECURRING, chargingSchedule: { ...RECURRING.chargingSchedule, duration: 86_401 } }),
    '/csChargingProfiles/chargingSchedule/duration',
    'must not be longer than the 86400 s after which the schedule begins again',
  ],
  ['SetChargingProfile', set(periods()), '/csChargingProfiles/chargingSchedule/chargingSchedulePeriod', 'must hold a period'],
  [
    'SetChargingProfile',
    set(periods({ startPeriod: 1, limit: 16 })),
    '/csChargingProfiles/chargingSchedule/chargingSchedulePeriod/0/startPeriod',
    'must be 0 in the first period',
  ],
  [
    'SetChargingProfile',
    set(periods({ startPeriod: 0, limit: 16 }, { startPeriod: 0, limit: 8 })),
    '/csChargingProfiles/chargingSchedule/chargingSchedulePeriod/1/startPeriod',
    'must be above that of the period before',
  ],
  [
    'SetChargingProfile',
    set(periods({ startPeriod: 0, limit: -1 })),
    '/csChargingProfiles/chargingSchedule/chargingSchedulePeriod/0/limit',
    'must not be below 0',
  ],
  [
    'SetChargingProfile',
    set(periods({ startPeriod: 0, limit: 16, numberPhases: 4 })),
    '/csChargingProfiles/chargingSchedule/chargingSchedulePeriod/0/numberPhases',
    'must be 1 to 3',
  ],
  ['ClearChargingProfile', { stackLevel: -1 }, '/stackLevel', 'must not be below 0'],
  ['GetCompositeSchedule', { connectorId: 0, duration: 0 }, '/duration', 'must be above 0'],
  ['SendLocalList', { listVersion: 0, updateType: 'Full' }, '/listVersion', 'must be above 0'],
  ['SendLocalList', list('Full', { idTag: 'A' }), '/localAuthorizationList/0/idTagInfo', 'must be there in a full list'],
  ['SendLocalList', list('Differential', { idTag: 'A' }, { idTag: 'a' }), '/localAuthorizationList/1/idTag', 'must not be there twice'],
  ['ReserveNow', { connectorId: 1, expiryDate: BEFORE, idTag: 'A', reservationId: 1 }, '/expiryDate', 'must be in the future'],
  ['GetDiagnostics', { location: 'files' }, '/location', 'must be a URL with ftp, ftps, sftp, http or https'],
  ['GetDiagnostics', { location: 'ftp://f.example', startTime: AFTER, stopTime: BEFORE }, '/stopTime', 'must be after startTime'],
  ['GetDiagnostics', { location: 'ftp://f.example', retries: -1 }, '/retries', 'must not be below 0'],
  ['UpdateFirmware', { location: 'file:///fw', retrieveDate: AFTER }, '/location', 'must be a URL with ftp, ftps, sftp, http or https'],
  ['GetLog', log({ oldestTimestamp: AFTER, latestTimestamp: BEFORE }), '/log/latestTimestamp', 'must be after oldestTimestamp'],
  ['GetLog', log({ remoteLocation: '' }), '/log/remoteLocation', 'must be a URL with ftp, ftps, sftp, http or https'],
  ['SignedUpdateFirmware', firmware({ installDateTime: BEFORE }), '/firmware/installDateTime', 'must not be before retrieveDateTime'],
  ['SignedUpdateFirmware', firmware({ signingCertificate: 'x' }), '/firmware/signingCertificate', 'must be certificates in PEM'],
  ['SignedUpdateFirmware', firmware({ signature: '%' }), '/firmware/signature', 'must be base64'],
  ['CertificateSigned', { certificateChain: `${PEM} and more` }, '/certificateChain', 'must be certificates in PEM'],
  [
    'InstallCertificate',
    { certificateType: 'CentralSystemRootCertificate', certificate: PEM + PEM },
    '/certificate',
    'must be one certificate in PEM',
  ],
];

describe('rules that no schema says', () => {
  it.each(KEPT)('%s keeps them with %j', (action, payload) => {
    expect(brokenRules(action, payload, NOW)).toEqual([]);
  });

  it.each(BROKEN)('%s with %j breaks one at %s: %s', (action, payload, path, rule) => {
    expect(brokenRules(action, payload, NOW)).toEqual([{ path, rule }]);
  });
});
