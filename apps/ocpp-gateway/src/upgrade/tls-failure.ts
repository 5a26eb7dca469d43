/** Why there was no TLS connection: stable, for log and metric. */
export type TlsFailure =
  /** What came was no TLS: the station's URL says ws:// and the TLS port, or somebody looked around. */
  | 'plain-text'
  | 'version-too-old'
  | 'no-shared-cipher'
  /** The station does not trust our certificate: its root is not installed there, or the name or the time does not fit. */
  | 'server-certificate-rejected'
  /** The signature or the form of what the client showed is broken: it does not hold the key of its certificate. */
  | 'client-certificate-broken'
  | 'timeout'
  | 'gone'
  | 'other';

const REASONS: Readonly<Record<string, TlsFailure>> = {
  ERR_SSL_HTTP_REQUEST: 'plain-text',
  ERR_SSL_WRONG_VERSION_NUMBER: 'plain-text',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'plain-text',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'version-too-old',
  ERR_SSL_VERSION_TOO_LOW: 'version-too-old',
  ERR_SSL_NO_SHARED_CIPHER: 'no-shared-cipher',
  ERR_SSL_NO_SUITABLE_SIGNATURE_ALGORITHM: 'no-shared-cipher',
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: 'server-certificate-rejected',
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN: 'server-certificate-rejected',
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: 'server-certificate-rejected',
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: 'server-certificate-rejected',
  ERR_SSL_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE: 'server-certificate-rejected',
  ERR_SSL_BAD_SIGNATURE: 'client-certificate-broken',
  ERR_SSL_EE_KEY_TOO_SMALL: 'client-certificate-broken',
  ERR_TLS_HANDSHAKE_TIMEOUT: 'timeout',
  ECONNRESET: 'gone',
  EPIPE: 'gone',
};

/** Reads the error of a handshake. */
export function tlsFailureOf(error: Error): TlsFailure {
  return ('code' in error && typeof error.code === 'string' && REASONS[error.code]) || 'other';
}
