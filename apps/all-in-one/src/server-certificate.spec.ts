import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { serverCertificateVariables } from './server-certificate.js';

const folder = mkdtempSync(join(tmpdir(), 'ampline-tls-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('an installation without certificates makes its own once; one that has some is left alone', async () => {
  const variables = await serverCertificateVariables(folder, {});
  const read = (name: string) => new X509Certificate(readFileSync(variables[name] ?? ''));
  const [server, root] = [read('OCPP_GATEWAY_TLS_CERTIFICATE_FILES'), read('OCPP_CSMS_SERVER_ROOT_CERTIFICATE_FILE')];
  expect(server.verify(root.publicKey)).toBe(true);
  expect(server.checkHost('localhost')).toBe('localhost');
  expect(server.checkIP('127.0.0.1')).toBe('127.0.0.1');
  await serverCertificateVariables(folder, {});
  expect(read('OCPP_GATEWAY_TLS_CERTIFICATE_FILES').fingerprint256).toBe(server.fingerprint256);
  expect(await serverCertificateVariables(folder, { OCPP_GATEWAY_TLS_CERTIFICATE_FILES: 'mine.pem' })).toEqual({});
});
