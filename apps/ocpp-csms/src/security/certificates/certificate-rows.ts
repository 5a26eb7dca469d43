/** A row of `station_certificate` with the identity of its station. */
export interface CertificateRow {
  certificate_id: string;
  station_id: string;
  identity: string;
  subject: string;
  issuer: string;
  serial_number: string;
  chain: string;
  sha256: string;
  not_before: Date;
  not_after: Date;
  state: 'issued' | 'accepted' | 'rejected' | 'replaced' | 'revoked';
  issued_at: Date;
}

/** A row of `certificate_request` with the identity of its station. */
export interface RequestRow {
  request_id: string;
  station_id: string;
  identity: string;
  csr: string;
  subject: string;
  key_type: string;
  state: 'waiting' | 'issued' | 'refused' | 'superseded';
  reason: string | null;
  asked_at: Date;
  decided_at: Date | null;
}

/** Over the aliases c of `station_certificate` and s of `charging_station`. */
export const CERTIFICATE_COLUMNS = `
  c.certificate_id, c.station_id, s.identity, c.subject, c.issuer, c.serial_number, c.chain, c.sha256, c.not_before, c.not_after, c.state,
  c.issued_at`;

/** Over the aliases r of `certificate_request` and s of `charging_station`. */
export const REQUEST_COLUMNS = `
  r.request_id, r.station_id, s.identity, r.csr, r.subject, r.key_type, r.state, r.reason, r.asked_at, r.decided_at`;
