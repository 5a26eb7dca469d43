import {
  AuditActorKind,
  CommandOutcome,
  CommandRunState,
  CommandSkipReason,
  DriverStatus,
  IdTokenStatus,
  IdTokenType,
  IntakeIssueStatus,
  LocalListSelection,
  LocalListStatus,
  MessageDirection,
  OrganisationKind,
  OrganisationStatus,
  QuirkOverride,
  RegistrationStatus,
  ReservationStatus,
  SessionOrigin,
  SessionStatus,
  SignedVerdict,
  UserStatus,
  type BrandStateSchema,
  type CommandRunSchema,
  type CommandSchema,
  type IntakeIssueSchema,
  type MeterKeySchema,
  type QuirkEntrySchema,
  type QuirkSchema,
  type StationQuirkSchema,
  type LocalListPolicySchema,
  type LocalListSchema,
  type ReservationStateSchema,
  type SessionRecordSchema,
  type StationStateSchema,
  type UserStateSchema,
} from '@ampline/contracts';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { devices } from './devices.js';
import { imports } from './imports.js';
import { firmware } from './firmware.js';
import { routes } from './routing.js';
import { secured } from './security.js';
import type { ServiceAnswers } from './stand-ins.js';

export const AT = timestampFromDate(new Date('2026-03-01T10:00:00Z'));
export const AT_ISO = '2026-03-01T10:00:00.000Z';

/** The nth id of a kind. */
export function idOf(
  kind: 'station' | 'site' | 'location' | 'session' | 'issue' | 'command' | 'user' | 'driver' | 'organisation' | 'reservation',
  n: number,
): string {
  const kinds = ['station', 'site', 'location', 'session', 'issue', 'command', 'user', 'driver', 'organisation', 'reservation'];
  return `019f0000-0000-7000-8${kinds.indexOf(kind).toString().padStart(3, '0')}-${n.toString(16).padStart(12, '0')}`;
}
const numberOf = (id: string) => Number.parseInt(id.slice(-12), 16);
const upTo = (count: number) => Array.from({ length: count }, (_, n) => n);

/** Ten stations a site. */
export function station(n: number): MessageInitShape<typeof StationStateSchema> {
  return {
    stationId: idOf('station', n),
    version: 3n,
    identity: `ST-${n}`,
    siteId: idOf('site', Math.floor(n / 10)),
    locationId: idOf('location', Math.floor(n / 10)),
    registration: RegistrationStatus.ACCEPTED,
    online: true,
    onlineChangedAt: AT,
    vendor: 'Volt & Sons',
    model: 'V2',
    serialNumber: 'S1',
    firmwareVersion: '1.0',
    lastBootAt: AT,
    protocol: 'ocpp1.6',
    transport: 'websocket',
    evses: [
      {
        evseId: 'e1',
        number: 1,
        code: 'DE*AMP*E1',
        connectors: [
          { connectorId: 'c1', number: 1, status: 'Charging', statusAt: AT, type: 'cType2', maxPowerW: 22_000n, operative: true },
        ],
      },
    ],
    lastSeenAt: AT,
  };
}

/** At the station of the same number, by the driver of the same number. */
export function record(n: number): MessageInitShape<typeof SessionRecordSchema> {
  return {
    session: {
      sessionId: idOf('session', n),
      version: 2n,
      status: SessionStatus.ACTIVE,
      origin: SessionOrigin.OWN_STATION,
      station: {
        stationId: idOf('station', n),
        identity: `ST-${n}`,
        siteId: idOf('site', Math.floor(n / 10)),
        siteName: 'Depot',
        locationName: 'Yard',
        evseCode: 'DE*AMP*E1',
        evseNumber: 1,
        connectorNumber: 1,
        timeZone: 'Europe/Berlin',
      },
      authorization: { idToken: 'CARD', decision: 'Accepted', driverId: idOf('driver', n % 20) },
      startedAt: AT,
      receivedAt: AT,
      meterStartWh: 100n,
      meterLastWh: 4_100n,
      energyWh: 4_000n,
      powerW: 11_000n,
      socPercent: 40,
      endedAt: AT,
      stopReason: 'Local',
      ocppTransactionId: '7',
    },
  };
}

/** About the session of the same number; resolved by the user of the same number when it is not open. */
const quirk: MessageInitShape<typeof QuirkSchema> = {
  name: 'no_subprotocol',
  does: 'Opens without a subprotocol.',
  handling: 'Is admitted.',
  clause: 'OCPP-J 1.6 §3.1.2',
  stationCount: 1,
};
const quirkEntry: MessageInitShape<typeof QuirkEntrySchema> = {
  vendor: 'Vendor*',
  model: '*',
  firmwareFrom: '1.0',
  firmwareBefore: '2.0',
  quirks: ['no_subprotocol'],
  sources: ['https://example.org/report'],
  note: 'Seen with 1.4.',
  stationCount: 1,
  stationIds: [idOf('station', 0)],
};
const stationQuirk: MessageInitShape<typeof StationQuirkSchema> = {
  name: 'no_subprotocol',
  inForce: true,
  inCatalogue: true,
  override: QuirkOverride.ON,
};

/** A key of a meter, revoked. */
function meterKey(): MessageInitShape<typeof MeterKeySchema> {
  return {
    meterKeyId: idOf('command', 1),
    stationId: idOf('station', 0),
    evseNumber: 1,
    meterSerial: 'M1',
    algorithm: 'ECDSA-secp256r1-SHA256',
    publicKey: 'MFkw',
    fingerprint: 'ab',
    validFrom: AT,
    note: 'type plate',
    registeredAt: AT,
    registeredBy: idOf('user', 1),
    revokedAt: AT,
  };
}

/** About the session of the same number; resolved by the user of the same number when it is not open. */
export function issue(n: number, status = IntakeIssueStatus.OPEN): MessageInitShape<typeof IntakeIssueSchema> {
  return {
    state: {
      issueId: idOf('issue', n),
      version: 1n,
      stationId: idOf('station', n),
      stationIdentity: `ST-${n}`,
      sessionId: idOf('session', n),
      reason: 'meter-went-back',
      status,
      raisedAt: AT,
      ...(status === IntakeIssueStatus.RESOLVED && { resolvedAt: AT, resolution: 'accept' }),
      resolvedBy: status === IntakeIssueStatus.OPEN ? '' : idOf('user', n % 5),
    },
    explanation: 'The register went back.',
    frame: '[2,"1","MeterValues",{}]',
    detailJson: '{"from":5}',
    resolutions: ['accept', 'close-session'],
  };
}

/** At the station of the same number, asked for by the user of the same number. */
export function reservation(n: number): MessageInitShape<typeof ReservationStateSchema> {
  return {
    reservationId: idOf('reservation', n),
    version: 3n,
    stationId: idOf('station', n),
    stationIdentity: `ST-${n}`,
    siteId: idOf('site', Math.floor(n / 10)),
    evseNumber: 1,
    idToken: 'CARD',
    groupToken: 'FLEET',
    status: ReservationStatus.BROKEN,
    reason: 'other-id-token',
    ocppId: 7,
    requestedAt: AT,
    expiresAt: AT,
    endedAt: AT,
    sessionId: idOf('session', n),
    requestedBy: idOf('user', n % 5),
  };
}

const localListPolicy: MessageInitShape<typeof LocalListPolicySchema> = {
  siteId: idOf('site', 0),
  stationId: idOf('station', 0),
  selection: LocalListSelection.CHOSEN,
  groupIds: [idOf('organisation', 0)],
  chosen: [{ idTokenId: idOf('command', 0), idToken: 'CARD' }],
  updatedBy: idOf('user', 0),
  updatedAt: AT,
};
const localList: MessageInitShape<typeof LocalListSchema> = {
  stationId: idOf('station', 0),
  status: LocalListStatus.IN_SYNC,
  result: 'Accepted',
  version: 4,
  heldVersion: 4,
  stationVersion: 4,
  entries: 1,
  leftOut: 2,
  sendMost: 20,
  listMost: 100,
  syncedAt: AT,
  dueAt: AT,
  policy: localListPolicy,
};

export function command(n: number): MessageInitShape<typeof CommandSchema> {
  return {
    commandId: idOf('command', n),
    stationId: idOf('station', n),
    stationIdentity: `ST-${n}`,
    action: 'Reset',
    payloadJson: '{"type":"Soft"}',
    outcome: CommandOutcome.ANSWERED,
    responseJson: '{"status":"Accepted"}',
    errorCode: 'GenericError',
    errorDescription: 'Of a late answer.',
    requestedBy: idOf('user', n % 5),
    requestedAt: AT,
    completedAt: AT,
    queueUntil: AT,
  };
}

const run: MessageInitShape<typeof CommandRunSchema> = {
  runId: idOf('command', 1),
  action: 'Reset',
  payloadJson: '{"type":"Soft"}',
  state: CommandRunState.ENDED,
  concurrency: 10,
  queueUntil: AT,
  requestedBy: idOf('user', 1),
  requestedAt: AT,
  endedAt: AT,
  counts: { stations: 7, open: 1, queued: 1, accepted: 2, refused: 1, failed: 1, skipped: 1 },
};

export function user(n: number): MessageInitShape<typeof UserStateSchema> {
  return {
    userId: idOf('user', n),
    version: 1n,
    email: `u${n}@x.example`,
    name: `User ${n}`,
    roles: ['operator', 'service'],
    status: UserStatus.ACTIVE,
    driverId: idOf('driver', n),
    brandId: 'b1',
    organisationId: idOf('organisation', 1),
    locale: 'de',
    createdAt: AT,
  };
}

export const brand: MessageInitShape<typeof BrandStateSchema> = {
  brandId: 'b1',
  slug: 'demo',
  isDefault: true,
  logoDigest: 'abc',
  look: {
    name: 'Demo',
    primaryColor: '#112233',
    accentColor: '#445566',
    hosts: ['charge.example'],
    supportEmail: 'help@x.example',
    supportPhone: '+49',
    imprintUrl: 'https://x.example/i',
    privacyUrl: 'https://x.example/p',
    termsUrl: 'https://x.example/t',
    defaultLocale: 'de',
  },
};

const driver = (n: number) => ({
  driverId: idOf('driver', n),
  version: 1n,
  name: `Driver ${n}`,
  email: 'd@x.example',
  phone: '+49',
  externalReference: 'D1',
  organisationId: idOf('organisation', n % 3),
  status: DriverStatus.ACTIVE,
});
const organisation = (n: number) => ({
  organisationId: idOf('organisation', n),
  version: 1n,
  name: `Fleet ${n}`,
  externalReference: 'F1',
  kind: OrganisationKind.FLEET,
  status: OrganisationStatus.ACTIVE,
});
const site = (n: number) => ({ siteId: idOf('site', n), name: `Site ${n}`, timeZone: 'Europe/Berlin' });
const location = (n: number) => ({
  locationId: idOf('location', n),
  siteId: idOf('site', n),
  name: 'Yard',
  address: 'Street 1',
  postalCode: '1',
  city: 'Town',
  countryCode: 'DEU',
  latitude: '52.5',
  longitude: '13.4',
});
const idToken = (n: number) => ({
  idTokenId: `t${n}`,
  version: 1n,
  idToken: `CARD-${n}`,
  expiresAt: AT,
  groupId: 'g1',
  groupToken: 'FAM',
  type: IdTokenType.ISO14443,
  status: IdTokenStatus.ACTIVE,
  driverId: idOf('driver', n % 20),
  organisationId: idOf('organisation', n % 3),
});
const group = { groupId: 'g1', name: 'Family', groupToken: 'FAM' };
const consent = { consentId: 'c1', purpose: 'terms', documentVersion: '1', givenAt: AT, withdrawnAt: AT };
const apiKey = {
  apiKeyId: 'k1',
  name: 'Partner',
  prefix: 'amp_1234',
  scopes: ['stations:read'],
  requestsPerMinute: 600,
  createdBy: idOf('user', 1),
  createdAt: AT,
  expiresAt: AT,
  lastUsedAt: AT,
  revokedAt: AT,
};
const guestLink = {
  guestLinkId: 'l1',
  resource: `session:${idOf('session', 1)}`,
  createdBy: idOf('user', 1),
  createdAt: AT,
  expiresAt: AT,
  revokedAt: AT,
};
const flag = { key: 'console.bulk-commands', description: 'Commands to many stations.', percentage: 20, defaultPercentage: 0 };
const invitation = { secret: 'a+b/c', expiresAt: AT };
const counts = {
  stations: 10n,
  online: 8n,
  pending: 1n,
  faulted: 2n,
  connectors: [
    { status: 'Charging', connectors: 5n },
    { status: 'Offline', connectors: 3n },
  ],
};
const retention = { days: 30, maximumDays: 365 };
const page = { nextCursor: 'next' };

/** A tenant with `size` of everything: services that answer for each id they are asked for. */
export function worldOf(size: number): ServiceAnswers {
  const many = <T>(one: (n: number) => T) => upTo(size).map(one);
  const each = <T>(ids: readonly string[], one: (n: number) => T) => ids.map((id) => one(numberOf(id)));
  return {
    stations: {
      createSite: () => ({ site: site(0) }),
      createLocation: () => ({ location: location(0) }),
      createStation: () => ({ station: station(0) }),
      setRegistration: () => ({ station: station(0) }),
      setStationPassword: () => ({}),
      getStation: ({ stationId }) => ({ station: station(stationId ? numberOf(stationId) : 0) }),
      listStations: () => ({ stations: many(station), page }),
      listSites: () => ({ sites: many(site) }),
      listLocations: () => ({ locations: [location(0)] }),
      batchGetStations: ({ stationIds }) => ({ stations: each(stationIds, station) }),
      batchGetPlaces: ({ siteIds, locationIds }) => ({
        sites: siteIds.map((siteId) => ({ ...site(numberOf(siteId)), siteId })),
        locations: each(locationIds, location),
      }),
      countStations: ({ siteIds }) => ({ total: counts, sites: siteIds.map((siteId) => ({ siteId, counts })) }),
      listMessages: () => ({
        messages: [
          {
            messageUuid: 'm1',
            receivedAt: AT,
            direction: MessageDirection.FROM_STATION,
            action: 'Heartbeat',
            messageId: '1',
            requestFrame: '[]',
            responseFrame: '[3]',
            result: 'ok',
          },
        ],
      }),
      getMessageRetention: () => ({ retention }),
      setMessageRetention: () => ({ retention }),
      listMeterValues: () => ({ meterValues: [{ takenAt: AT, receivedAt: AT, registerWh: 5n, powerW: 7n, socPercent: 50 }] }),
    },
    commands: {
      sendCommand: () => ({ command: command(0) }),
      requestStart: () => ({ command: command(0) }),
      requestStop: () => ({ command: command(0) }),
      getCommand: () => ({ command: command(0) }),
      listCommands: () => ({ commands: many(command) }),
      cancelCommand: () => ({ command: command(0) }),
      getCommandCatalogue: () => ({
        commands: [{ action: 'Reset', profile: 'Core', schemaJson: '{"type":"object"}', dangerous: true, mayHoldSecret: false }],
      }),
    },
    commandRuns: {
      previewCommandRun: () => ({
        ...{ stations: 3, ready: 1, queued: 1 },
        skipped: [{ reason: CommandSkipReason.OFFLINE, stations: 1, identities: ['ST-1'] }],
      }),
      startCommandRun: () => ({ run }),
      getCommandRun: () => ({ run }),
      listCommandRuns: () => ({ runs: [run], page }),
      listCommandRunStations: () => ({
        stations: [{ stationId: idOf('station', 0), stationIdentity: 'ST-0', skipReason: CommandSkipReason.STOPPED, command: command(0) }],
        page,
      }),
      stopCommandRun: () => ({ run }),
    },
    metering: {
      registerMeterKey: () => ({ meterKey: meterKey() }),
      revokeMeterKey: () => ({ meterKey: meterKey() }),
      listMeterKeys: () => ({ meterKeys: [meterKey()] }),
      getSignedValues: () => ({
        verdict: { verdict: SignedVerdict.WRONG, reason: 'signature-wrong', algorithm: 'ECDSA-secp256r1-SHA256', publicKey: 'MFkw' },
        values: [{ receivedAt: AT, context: 'Transaction.End', value: 'OCMF|{}|{}', format: 'OCMF' }],
        energyMilliWh: 7_000_000n,
      }),
    },
    quirks: {
      listQuirks: () => ({ quirks: [quirk], entries: [quirkEntry] }),
      getStationQuirks: () => ({ quirks: [stationQuirk] }),
      overrideStationQuirk: () => ({ quirk: stationQuirk }),
    },
    reservations: {
      createReservation: () => ({ reservation: reservation(0) }),
      changeReservation: () => ({ reservation: reservation(0) }),
      cancelReservation: () => ({ reservation: reservation(0) }),
      getReservation: () => ({ reservation: reservation(0) }),
      listReservations: () => ({ reservations: many(reservation) }),
    },
    localLists: {
      listLocalListPolicies: () => ({ policies: [localListPolicy] }),
      setLocalListPolicy: () => ({ policy: localListPolicy, stations: 7 }),
      removeLocalListPolicy: () => ({}),
      getLocalList: () => ({ localList }),
      listLocalListEntries: () => ({ entries: [{ idToken: 'CARD', status: 'Accepted', expiresAt: AT, groupToken: 'FLEET' }] }),
      syncLocalList: () => ({ localList }),
    },
    intake: {
      listIntakeIssues: ({ status, stationIds, sessionIds }) => ({
        issues:
          stationIds.length + sessionIds.length > 0
            ? each([...stationIds, ...sessionIds], (n) => issue(n, status || undefined))
            : many((n) => issue(n, IntakeIssueStatus.RESOLVED)),
      }),
      getIntakeIssue: ({ issueId }) => ({ issue: issue(numberOf(issueId)) }),
      countIntakeIssues: () => ({ counts: [{ reason: 'meter-went-back', open: 4n }] }),
      resolveIntakeIssue: () => ({ issue: issue(0, IntakeIssueStatus.RESOLVED) }),
    },
    ...devices(),
    ...imports(),
    ...firmware(),
    routing: routes(),
    security: secured(station(0)),
    sessions: {
      getSession: ({ sessionId }) => ({ record: record(numberOf(sessionId)) }),
      listSessions: () => ({ records: many(record) }),
      batchGetSessions: ({ sessionIds }) => ({ records: each(sessionIds, record) }),
      listLiveSessions: ({ stationIds }) => ({ records: each(stationIds, record) }),
      summarizeSessions: () => ({ sessions: 4n, live: 1n, energyWh: 9_000n, doubtful: 2n }),
      summarizeByTime: () => ({ buckets: [{ from: AT, sessions: 4n, energyWh: 9_000n }] }),
    },
    accounts: {
      getIdToken: () => ({ idToken: idToken(0) }),
      listIdTokens: () => ({ idTokens: many(idToken) }),
      putIdToken: () => ({ idToken: idToken(0) }),
      blockIdToken: () => ({ idToken: idToken(0) }),
      unblockIdToken: () => ({ idToken: idToken(0) }),
      removeIdToken: () => ({ idToken: idToken(0) }),
      listTokenGroups: () => ({ groups: [group] }),
      createTokenGroup: () => ({ group }),
      updateTokenGroup: () => ({ group }),
    },
    people: {
      getUser: () => ({ user: user(0) }),
      batchGetUsers: ({ userIds }) => ({ users: each(userIds, user) }),
      listUsers: () => ({ users: many(user) }),
      inviteUser: () => ({ user: user(0), invitation }),
      renewInvitation: () => ({ user: user(0), invitation }),
      getInvitation: () => ({ email: 'u0@x.example', name: 'User 0', tenantName: 'Demo', locale: 'de', expiresAt: AT }),
      acceptInvitation: () => ({ username: 'demo/u0@x.example', email: 'u0@x.example' }),
      updateUser: () => ({ user: user(0) }),
      setUserStatus: () => ({ user: user(0) }),
      deleteUser: () => ({ user: user(0) }),
      listDrivers: () => ({ drivers: many(driver) }),
      batchGetDrivers: ({ driverIds }) => ({ drivers: each(driverIds, driver) }),
      createDriver: () => ({ driver: driver(0) }),
      updateDriver: () => ({ driver: driver(0) }),
      listOrganisations: ({ organisationIds }) => ({
        organisations: organisationIds.length > 0 ? each(organisationIds, organisation) : many(organisation),
      }),
      createOrganisation: () => ({ organisation: organisation(0) }),
      updateOrganisation: () => ({ organisation: organisation(0) }),
      giveConsent: () => ({ consent }),
      withdrawConsent: () => ({ consent }),
      listConsents: () => ({ consents: [consent] }),
    },
    access: {
      listApiKeys: () => ({ apiKeys: [apiKey] }),
      createApiKey: () => ({ apiKey, secret: 'amp_1234secret' }),
      revokeApiKey: () => ({ apiKey }),
      listGuestLinks: () => ({ guestLinks: [guestLink] }),
      createGuestLink: () => ({ guestLink, secret: 'guest-secret' }),
      revokeGuestLink: () => ({ guestLink }),
    },
    brands: {
      listBrands: () => ({ brands: [brand] }),
      createBrand: () => ({ brand }),
      updateBrand: () => ({ brand }),
      resolveBrand: () => ({ brand, tenantSlug: 'demo', tenantName: 'Demo' }),
      listFeatureFlags: () => ({ flags: [flag] }),
      setFeatureFlag: () => ({ flag }),
    },
    audit: {
      searchAudit: () => ({
        entries: [
          {
            auditId: 'a1',
            at: AT,
            actor: { kind: AuditActorKind.PERSON, id: 'u1', name: 'User 1', via: 'api-gateway' },
            action: 'user.invited',
            entityType: 'user',
            entityId: idOf('user', 2),
            detailJson: '{"roles":["operator"]}',
            traceId: 'f00d',
            context: 'accounts',
          },
        ],
      }),
    },
  };
}
