import {
  CertificateAuthorityKind,
  CertificateRequestState,
  SecurityChangeKind,
  SecurityChangeState,
  StationCertificateState,
  type CertificateAuthoritySchema,
  type CertificateRequestSchema,
  type InstalledCertificateSchema,
  type RefusedStationSchema,
  type SecurityChangeSchema,
  type SecurityEventSchema,
  type StationCertificateSchema,
} from '@ampline/contracts';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { AuthorityRow } from './authorities/authority-store.js';
import type { CertificateRow, RequestRow } from './certificates/certificate-rows.js';
import type { ChangeKind, ChangeRow, ChangeState } from './changes/change-row.js';
import type { EventRow, InstalledRow, RefusalRow } from './security-reads.js';

const AUTHORITY_KIND: Record<AuthorityRow['kind'], CertificateAuthorityKind> = {
  root: CertificateAuthorityKind.ROOT,
  issuing: CertificateAuthorityKind.ISSUING,
  foreign: CertificateAuthorityKind.FOREIGN,
};
const REQUEST_STATE: Record<RequestRow['state'], CertificateRequestState> = {
  waiting: CertificateRequestState.WAITING,
  issued: CertificateRequestState.ISSUED,
  refused: CertificateRequestState.REFUSED,
  superseded: CertificateRequestState.SUPERSEDED,
};
const CERTIFICATE_STATE: Record<CertificateRow['state'], StationCertificateState> = {
  issued: StationCertificateState.ISSUED,
  accepted: StationCertificateState.ACCEPTED,
  rejected: StationCertificateState.REJECTED,
  replaced: StationCertificateState.REPLACED,
  revoked: StationCertificateState.REVOKED,
};
const CHANGE_KIND: Record<ChangeKind, SecurityChangeKind> = {
  'rotate-key': SecurityChangeKind.ROTATE_KEY,
  'raise-profile': SecurityChangeKind.RAISE_PROFILE,
};
const CHANGE_STATE: Record<ChangeState, SecurityChangeState> = {
  open: SecurityChangeState.OPEN,
  done: SecurityChangeState.DONE,
  'rolled-back': SecurityChangeState.ROLLED_BACK,
  unconfirmed: SecurityChangeState.UNCONFIRMED,
};

export const requestStateOf = keyOf(REQUEST_STATE);
export const changeKindOf = keyOf(CHANGE_KIND);
export const changeStateOf = keyOf(CHANGE_STATE);

export function authorityMessage(row: AuthorityRow): MessageInitShape<typeof CertificateAuthoritySchema> {
  return {
    authorityId: row.authority_id,
    kind: AUTHORITY_KIND[row.kind],
    subject: row.subject,
    certificate: row.certificate,
    sha256: row.sha256,
    notBefore: timestampFromDate(row.not_before),
    notAfter: timestampFromDate(row.not_after),
    trusted: row.trusted,
    issues: row.issues,
    createdAt: timestampFromDate(row.created_at),
  };
}

export function requestMessage(row: RequestRow): MessageInitShape<typeof CertificateRequestSchema> {
  return {
    requestId: row.request_id,
    stationId: row.station_id,
    stationIdentity: row.identity,
    csr: row.csr,
    subject: row.subject,
    keyType: row.key_type,
    state: REQUEST_STATE[row.state],
    reason: row.reason ?? '',
    askedAt: timestampFromDate(row.asked_at),
    ...(row.decided_at && { decidedAt: timestampFromDate(row.decided_at) }),
  };
}

export function certificateMessage(row: CertificateRow): MessageInitShape<typeof StationCertificateSchema> {
  return {
    certificateId: row.certificate_id,
    stationId: row.station_id,
    stationIdentity: row.identity,
    subject: row.subject,
    issuer: row.issuer,
    serialNumber: row.serial_number,
    chain: row.chain,
    sha256: row.sha256,
    notBefore: timestampFromDate(row.not_before),
    notAfter: timestampFromDate(row.not_after),
    state: CERTIFICATE_STATE[row.state],
    issuedAt: timestampFromDate(row.issued_at),
  };
}

export function installedMessage(row: InstalledRow): MessageInitShape<typeof InstalledCertificateSchema> {
  return {
    certificateType: row.certificate_type,
    hashAlgorithm: row.hash_algorithm,
    issuerNameHash: row.issuer_name_hash,
    issuerKeyHash: row.issuer_key_hash,
    serialNumber: row.serial_number,
    subject: row.subject ?? '',
    ...(row.not_after && { notAfter: timestampFromDate(row.not_after) }),
    reportedAt: timestampFromDate(row.reported_at),
  };
}

export function refusalMessage(row: RefusalRow): MessageInitShape<typeof RefusedStationSchema> {
  return {
    stationId: row.station_id,
    stationIdentity: row.identity,
    reason: row.reason,
    times: row.times,
    remoteAddress: row.remote_address,
    firstAt: timestampFromDate(row.first_at),
    lastAt: timestampFromDate(row.last_at),
  };
}

export function changeMessage(row: ChangeRow): MessageInitShape<typeof SecurityChangeSchema> {
  return {
    changeId: row.change_id,
    stationId: row.station_id,
    stationIdentity: row.identity,
    kind: CHANGE_KIND[row.kind],
    toProfile: row.to_profile ?? 0,
    withKey: row.with_key,
    step: row.step,
    state: CHANGE_STATE[row.state],
    problem: row.problem ?? '',
    requestedBy: row.requested_by,
    requestedAt: timestampFromDate(row.requested_at),
    deadline: timestampFromDate(row.deadline),
    ...(row.finished_at && { finishedAt: timestampFromDate(row.finished_at) }),
  };
}

export function eventMessage(row: EventRow): MessageInitShape<typeof SecurityEventSchema> {
  return {
    eventId: row.event_id,
    stationId: row.station_id,
    stationIdentity: row.identity,
    type: row.type,
    critical: row.critical,
    techInfo: row.tech_info ?? '',
    occurredAt: timestampFromDate(row.occurred_at),
    receivedAt: timestampFromDate(row.received_at),
  };
}

/** The column's word for an enum of the wire; undefined for UNSPECIFIED. */
function keyOf<K extends string, V extends number>(table: Record<K, V>): (value: V) => K | undefined {
  const words = new Map(Object.entries(table).map(([word, value]) => [value as V, word as K]));
  return (value) => words.get(value);
}
