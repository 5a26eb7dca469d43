import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { stationFileErrors } from './errors.js';

/** PEM. */
export interface EndpointCertificate {
  cert: Buffer;
  key: Buffer;
}

/** Reads the certificate of the endpoints; undefined when none is configured. Throws `csms.station-files.certificate-unreadable`. */
export function endpointCertificate(files: { cert?: string | undefined; key?: string | undefined }): EndpointCertificate | undefined {
  if (files.cert === undefined && files.key === undefined) return undefined;
  try {
    const certificate = { cert: readFileSync(files.cert ?? ''), key: readFileSync(files.key ?? '') };
    createSecureContext(certificate);
    return certificate;
  } catch (cause) {
    throw stationFileErrors.certificateUnreadable(undefined, cause);
  }
}
