import type { Status } from '@ampline/ui';
import type { CertificateRowFragment, CertificateRequestState, SecurityChangeState } from '../../generated/graphql.js';
import type { ConsoleKey } from '../../messages.js';

/** Reasons and problems that have a sentence; an unknown one, of a newer service, is shown as its code. */
const REASONS = [
  'password-missing',
  'wrong-password',
  'identity-mismatch',
  'station-rejected',
  'tenant-suspended',
  'tls-required',
  'certificate-missing',
  'certificate-unreadable',
  'certificate-untrusted',
  'certificate-expired',
  'certificate-not-yet-valid',
  'certificate-revoked',
  'certificate-identity-mismatch',
  'csr-unreadable',
  'csr-signature',
  'csr-key-type',
  'csr-key-weak',
  'csr-identity',
  'csr-serial-number',
  'root-refused',
  'key-refused',
  'certificate-refused',
  'profile-refused',
  'not-reached',
  'no-certificate',
  'not-seen',
  'unknown-station',
  'under-way',
  'profile-not-higher',
] as const;

/** The sentence for a stable code; undefined for one without. */
export function reasonKey(code: string | null | undefined): ConsoleKey | undefined {
  const known = REASONS.find((one) => one === code);
  return known && `security.reason.${known}`;
}

export const CERTIFICATE_LOOKS: Readonly<Record<CertificateRowFragment['state'], Status>> = {
  ISSUED: 'PENDING',
  ACCEPTED: 'ACTIVE',
  REJECTED: 'REJECTED',
  REPLACED: 'COMPLETED',
  REVOKED: 'REVOKED',
};

export const REQUEST_LOOKS: Readonly<Record<CertificateRequestState, Status>> = {
  WAITING: 'PENDING',
  ISSUED: 'ACCEPTED',
  REFUSED: 'REJECTED',
  SUPERSEDED: 'COMPLETED',
};

export const CHANGE_LOOKS: Readonly<Record<SecurityChangeState, Status>> = {
  OPEN: 'RUNNING',
  DONE: 'ACCEPTED',
  ROLLED_BACK: 'REJECTED',
  UNCONFIRMED: 'OPEN',
};

/** A file name from what somebody has called something. */
export function fileName(name: string, ending: string): string {
  return `${name.replace(/[^\w.-]+/g, '-')}.${ending}`;
}
