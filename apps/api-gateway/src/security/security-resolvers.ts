import { SecurityChangeKind } from '@ampline/contracts';
import type { MutationResolvers, QueryResolvers, Resolvers } from '../generated/graphql.js';
import { connection, pageRequest } from '../mapping/pages.js';
import { iso, isoOrNull, present, textOf, textOrNull, timestampOf } from '../mapping/values.js';
import { nameOfActor } from '../people/actor-name.js';
import { authorityKinds, certificateStates, changeKinds, changeStates, requestStates } from './security.mapping.js';

const queries: QueryResolvers = {
  certificateAuthorities: async (_, __, { doors }) => {
    const { authorities, serverRootCertificate } = await doors.security.listCertificateAuthorities({});
    return { nodes: authorities, serverRootCertificate: textOrNull(serverRootCertificate) };
  },
  certificateRequests: async (_, args, { doors }) => {
    const filter = { stationId: textOf(args.stationId), state: requestStates.value(args.state) };
    const { requests, page } = await doors.security.listCertificateRequests({ page: pageRequest(args), ...filter });
    return connection(requests, page);
  },
  stationCertificates: async (_, args, { doors }) => {
    const endsBefore = timestampOf(args.endsBefore);
    const filter = { stationId: textOf(args.stationId), ...(endsBefore && { endsBefore }) };
    const { certificates, page } = await doors.security.listStationCertificates({ page: pageRequest(args), ...filter });
    return connection(certificates, page);
  },
  stationSecurity: async (_, { stationId }, { doors }) => {
    const security = await doors.security.getStationSecurity({ stationId });
    return {
      securityProfile: security.securityProfile,
      connectionProfile: security.connectionProfile ?? null,
      connectionCertificate: textOrNull(security.connectionCertificate),
      hasPassword: security.hasPassword,
      installedCertificates: security.installedCertificates,
      refusal: security.refusal ?? null,
      change: security.change ?? null,
    };
  },
  securityChanges: async (_, args, { doors }) => {
    const filter = { stationId: textOf(args.stationId), state: changeStates.value(args.state) };
    const { changes, page } = await doors.security.listSecurityChanges({ page: pageRequest(args), ...filter });
    return connection(changes, page);
  },
  securityEvents: async (_, args, { doors }) => {
    const filter = { stationId: textOf(args.stationId), criticalOnly: args.criticalOnly ?? false, type: textOf(args.type) };
    const { events, page } = await doors.security.listSecurityEvents({ page: pageRequest(args), ...filter });
    return connection(events, page);
  },
  refusedStations: async (_, args, { doors }) => {
    const { stations, page } = await doors.security.listRefusedStations({ page: pageRequest(args) });
    return connection(stations, page);
  },
};

const mutations: MutationResolvers = {
  createCertificateAuthority: async (_, __, { doors }) => (await doors.security.createCertificateAuthority({})).authorities,
  trustCertificateAuthority: async (_, { certificate }, { doors }) =>
    present((await doors.security.trustCertificateAuthority({ certificate })).authority),
  distrustCertificateAuthority: async (_, { authorityId }, { doors }) =>
    present((await doors.security.distrustCertificateAuthority({ authorityId })).authority),
  uploadStationCertificate: async (_, { requestId, chain }, { doors }) =>
    present((await doors.security.uploadStationCertificate({ requestId, chain })).certificate),
  revokeStationCertificate: async (_, { certificateId, reason }, { doors }) =>
    present((await doors.security.revokeStationCertificate({ certificateId, reason })).certificate),
  setSecurityProfile: async (_, { stationId, securityProfile }, { doors }) =>
    present((await doors.security.setSecurityProfile({ stationId, securityProfile })).station),
  rotateStationKeys: (_, { stationIds, withinS }, { doors }) =>
    doors.security.startSecurityChanges({ stationIds, kind: SecurityChangeKind.ROTATE_KEY, withinS: withinS ?? 0 }),
  raiseSecurityProfiles: (_, { input }, { doors }) =>
    doors.security.startSecurityChanges({
      stationIds: input.stationIds,
      kind: SecurityChangeKind.RAISE_PROFILE,
      toProfile: input.toProfile,
      withKey: input.withKey ?? false,
      installRoot: input.installRoot ?? false,
      withinS: input.withinS ?? 0,
    }),
};

/** All of security.graphql. */
export const securityResolvers: Resolvers = {
  Query: queries,
  Mutation: mutations,
  CertificateAuthority: {
    id: ({ authorityId }) => authorityId,
    kind: ({ kind }) => authorityKinds.word(kind),
    notBefore: ({ notBefore }) => iso(notBefore),
    notAfter: ({ notAfter }) => iso(notAfter),
    createdAt: ({ createdAt }) => iso(createdAt),
  },
  CertificateRequest: {
    id: ({ requestId }) => requestId,
    state: ({ state }) => requestStates.word(state),
    reason: ({ reason }) => textOrNull(reason),
    askedAt: ({ askedAt }) => iso(askedAt),
    decidedAt: ({ decidedAt }) => isoOrNull(decidedAt),
  },
  StationCertificate: {
    id: ({ certificateId }) => certificateId,
    state: ({ state }) => certificateStates.word(state),
    notBefore: ({ notBefore }) => iso(notBefore),
    notAfter: ({ notAfter }) => iso(notAfter),
    issuedAt: ({ issuedAt }) => iso(issuedAt),
  },
  InstalledCertificate: {
    subject: ({ subject }) => textOrNull(subject),
    notAfter: ({ notAfter }) => isoOrNull(notAfter),
    reportedAt: ({ reportedAt }) => iso(reportedAt),
  },
  RefusedStation: {
    firstAt: ({ firstAt }) => iso(firstAt),
    lastAt: ({ lastAt }) => iso(lastAt),
  },
  SecurityChange: {
    id: ({ changeId }) => changeId,
    kind: ({ kind }) => changeKinds.word(kind),
    toProfile: ({ toProfile }) => (toProfile === 0 ? null : toProfile),
    state: ({ state }) => changeStates.word(state),
    problem: ({ problem }) => textOrNull(problem),
    requestedByName: ({ requestedBy }, _, { loaders }) => nameOfActor(loaders, requestedBy),
    requestedAt: ({ requestedAt }) => iso(requestedAt),
    deadline: ({ deadline }) => iso(deadline),
    finishedAt: ({ finishedAt }) => isoOrNull(finishedAt),
  },
  SecurityEvent: {
    id: ({ eventId }) => eventId,
    techInfo: ({ techInfo }) => textOrNull(techInfo),
    occurredAt: ({ occurredAt }) => iso(occurredAt),
    receivedAt: ({ receivedAt }) => iso(receivedAt),
  },
};
