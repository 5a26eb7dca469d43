import { readFileSync } from 'node:fs';
import { X509Certificate } from 'node:crypto';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import type { GatewayConfig } from '../config.js';
import { gatewayErrors } from '../errors.js';

export type TlsFileNames = Pick<GatewayConfig, 'tlsCertificateFiles' | 'tlsKeyFiles'>;

/** What the TLS port shows to stations, as it is on the disk now. */
export interface TlsFiles {
  readonly cert: readonly string[];
  readonly key: readonly string[];
  /** The earliest end of validity among the server certificates. */
  readonly notAfter: Date;
}

/**
 * OCPP 1.6 security whitepaper, A00.FR.312 ff.: TLS 1.2 or newer; the server offers ECDHE-ECDSA and RSA key exchange with AES-GCM.
 * ECDHE-RSA beside it keeps forward secrecy for stations that trust an RSA root.
 */
const CIPHERS = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'AES128-GCM-SHA256',
  'AES256-GCM-SHA384',
].join(':');

/** Without the hybrid groups of OpenSSL 3.5, which no station speaks: measured, what they leave behind is 11 KiB of each connection. */
const GROUPS = 'X25519:P-256:P-384';

/** Reads the files and tries them. Throws `ocpp-gateway.tls-files-unusable`. */
export function readTlsFiles({ tlsCertificateFiles, tlsKeyFiles }: TlsFileNames): TlsFiles {
  try {
    const cert = tlsCertificateFiles.map((file) => readFileSync(file, 'utf8'));
    const key = tlsKeyFiles.map((file) => readFileSync(file, 'utf8'));
    if (cert.length !== key.length) throw new Error(`${cert.length} certificate files and ${key.length} key files`);
    createSecureContext(secureContextOf({ cert, key }));
    const ends = cert.map((pem) => new X509Certificate(pem).validToDate.getTime());
    return { cert, key, notAfter: new Date(Math.min(...ends)) };
  } catch (cause) {
    throw gatewayErrors.tlsFilesUnusable({ certificates: tlsCertificateFiles, keys: tlsKeyFiles }, cause);
  }
}

/** Settings of OpenSSL for these files. */
export function secureContextOf({ cert, key }: Pick<TlsFiles, 'cert' | 'key'>): SecureContextOptions {
  return { cert: [...cert], key: [...key], minVersion: 'TLSv1.2', ciphers: CIPHERS, ecdhCurve: GROUPS, honorCipherOrder: true };
}
