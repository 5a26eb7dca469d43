import {
  CertificateAuthorityKind,
  CertificateRequestState,
  SecurityChangeKind,
  SecurityChangeState,
  StationCertificateState,
  type StationStateSchema,
} from '@ampline/contracts';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { ServiceAnswers } from './stand-ins.js';

const AT = timestampFromDate(new Date('2026-03-01T10:00:00Z'));
const OF = { stationId: '019f0000-0000-7000-8000-000000000000', stationIdentity: 'X' };
const VALID = { notBefore: AT, notAfter: AT };

const authority = {
  ...VALID,
  ...{ authorityId: 'a1', kind: CertificateAuthorityKind.ISSUING, subject: 'CN=Issuing', certificate: 'PEM', sha256: 'ab' },
  ...{ trusted: true, issues: true, createdAt: AT },
};
const certificate = {
  ...OF,
  ...VALID,
  ...{ certificateId: 'c1', subject: 'CN=X', issuer: 'CN=Issuing', serialNumber: '01', chain: 'PEM', sha256: 'cd' },
  ...{ state: StationCertificateState.ACCEPTED, issuedAt: AT },
};
const request = {
  ...OF,
  ...{ requestId: 'r1', csr: 'PEM', subject: 'CN=X', keyType: 'EC P-256', reason: 'no-authority', askedAt: AT, decidedAt: AT },
  state: CertificateRequestState.REFUSED,
};
const change = {
  ...OF,
  ...{ changeId: 'h1', kind: SecurityChangeKind.RAISE_PROFILE, toProfile: 2, withKey: true, step: 'wait', problem: 'not-seen' },
  ...{ state: SecurityChangeState.ROLLED_BACK, requestedBy: 'u1', requestedAt: AT, deadline: AT, finishedAt: AT },
};
const refusal = { ...OF, reason: 'certificate-expired', times: 3, remoteAddress: '192.0.2.1', firstAt: AT, lastAt: AT };
const installed = {
  ...{ certificateType: 'CentralSystemRootCertificate', hashAlgorithm: 'SHA256', issuerNameHash: 'aa', issuerKeyHash: 'bb' },
  ...{ serialNumber: '01', subject: 'CN=Root', notAfter: AT, reportedAt: AT },
};
const event = { ...OF, eventId: 'e1', type: 'TamperDetectionActivated', critical: true, techInfo: 'lid', occurredAt: AT, receivedAt: AT };
const page = { nextCursor: 'next' };

/** Certificates and how this station is secured, one of each. */
export function secured(station: MessageInitShape<typeof StationStateSchema>): ServiceAnswers['security'] {
  return {
    listCertificateAuthorities: () => ({ authorities: [authority], serverRootCertificate: 'PEM' }),
    createCertificateAuthority: () => ({ authorities: [authority] }),
    trustCertificateAuthority: () => ({ authority }),
    distrustCertificateAuthority: () => ({ authority }),
    listCertificateRequests: () => ({ requests: [request], page }),
    uploadStationCertificate: () => ({ certificate }),
    listStationCertificates: () => ({ certificates: [certificate], page }),
    revokeStationCertificate: () => ({ certificate }),
    getStationSecurity: () => ({
      ...{ securityProfile: 2, connectionProfile: 2, connectionCertificate: 'ef', hasPassword: true },
      ...{ installedCertificates: [installed], refusal, change },
    }),
    setSecurityProfile: () => ({ station }),
    startSecurityChanges: () => ({ changes: [change], passedOver: [{ stationId: OF.stationId, reason: 'password-missing' }] }),
    listSecurityChanges: () => ({ changes: [change], page }),
    listSecurityEvents: () => ({ events: [event], page }),
    listRefusedStations: () => ({ stations: [refusal], page }),
  };
}
