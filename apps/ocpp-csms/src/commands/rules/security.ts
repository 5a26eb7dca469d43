import { demand, fileUrl, inOrder, repetition, type Rules, type Violation } from './rule.js';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;

/** PEM certificates and nothing else but blanks between them. */
function certificates(pem: string, path: string, most: number): Violation[] {
  const count = pem.match(CERTIFICATE)?.length ?? 0;
  const rule = most === 1 ? 'must be one certificate in PEM' : 'must be certificates in PEM';
  return demand(count > 0 && count <= most && pem.replaceAll(CERTIFICATE, '').trim() === '', path, rule);
}

/**
 * OCPP 1.6 security whitepaper. Hashes of DeleteCertificate are taken as they are: they have to be those that the station has told
 * (GetInstalledCertificateIds), in whatever form it tells them.
 */
export const securityRules: Rules = {
  CertificateSigned: ({ certificateChain }) => certificates(certificateChain, '/certificateChain', Infinity),
  GetLog: ({ log: { remoteLocation, oldestTimestamp, latestTimestamp }, ...again }) => [
    ...fileUrl(remoteLocation, '/log/remoteLocation'),
    ...inOrder(oldestTimestamp, latestTimestamp, '/log/latestTimestamp', 'must be after oldestTimestamp'),
    ...repetition(again),
  ],
  InstallCertificate: ({ certificate }) => certificates(certificate, '/certificate', 1),
  SignedUpdateFirmware: ({ firmware: { location, retrieveDateTime, installDateTime, signingCertificate, signature }, ...again }) => [
    ...fileUrl(location, '/firmware/location'),
    ...demand(
      installDateTime === undefined || Date.parse(installDateTime) >= Date.parse(retrieveDateTime),
      '/firmware/installDateTime',
      'must not be before retrieveDateTime',
    ),
    ...certificates(signingCertificate, '/firmware/signingCertificate', Infinity),
    ...demand(/^[A-Za-z0-9+/]+={0,2}$/.test(signature), '/firmware/signature', 'must be base64'),
    ...repetition(again),
  ],
};
