import { X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '@ampline/platform-runner';
import { CertificateMaker } from '@ampline/platform-testing';

const DAY_MS = 86_400_000;
const ROOT_DAYS = 3_650;
const SERVER_DAYS = 397;
/** A server certificate with less left is replaced at the start. */
const LEAST_LEFT_DAYS = 30;

/**
 * A TLS port for stations where no certificate is configured: a root of the installation's own, and a server certificate below it, kept
 * in the data folder. Variables for the gateway, and for the back end, which has stations install the root.
 */
export async function serverCertificateVariables(folder: string, env: Environment): Promise<Record<string, string>> {
  if (env['OCPP_GATEWAY_TLS_CERTIFICATE_FILES'] !== undefined) return {};
  const file = (name: string) => join(folder, name);
  mkdirSync(folder, { recursive: true });
  const root = await kept(file('root'), () => CertificateMaker.root('Ampline server root', { notAfter: inDays(ROOT_DAYS) }));
  if (!serves(file('server.pem'))) {
    const hosts = ['localhost', '127.0.0.1', '::1', hostname()];
    const server = await root.issue({ commonName: hostname(), use: 'server', hosts, notAfter: inDays(SERVER_DAYS) });
    write(file('server-key.pem'), server.key);
    write(file('server.pem'), server.certificate);
  }
  return {
    OCPP_GATEWAY_TLS_CERTIFICATE_FILES: file('server.pem'),
    OCPP_GATEWAY_TLS_KEY_FILES: file('server-key.pem'),
    OCPP_CSMS_SERVER_ROOT_CERTIFICATE_FILE: file('root.pem'),
  };
}

async function kept(path: string, make: () => Promise<CertificateMaker>): Promise<CertificateMaker> {
  const [certificate, key] = [`${path}.pem`, `${path}-key.pem`];
  if (existsSync(certificate))
    return CertificateMaker.of({ certificate: readFileSync(certificate, 'utf8'), key: readFileSync(key, 'utf8') });
  const made = await make();
  write(key, await made.key());
  write(certificate, made.certificate);
  return made;
}

function serves(file: string): boolean {
  return existsSync(file) && new X509Certificate(readFileSync(file)).validToDate > inDays(LEAST_LEFT_DAYS);
}

/** Whole or not at all. */
function write(file: string, text: string): void {
  writeFileSync(`${file}.new`, text, { mode: 0o600, flush: true });
  renameSync(`${file}.new`, file);
}

function inDays(days: number): Date {
  return new Date(Date.now() + days * DAY_MS);
}
