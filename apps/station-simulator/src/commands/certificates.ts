import type { CommandHandler } from './command-handler.js';

export const certificateSigned: CommandHandler<'CertificateSigned'> = (station, request) => {
  const status = station.security.take(request);
  if (status === 'Rejected') station.securityEvent('InvalidChargePointCertificate');
  const inUse = status === 'Accepted' && station.connection.profile === 3;
  return { response: { status }, ...(inUse && { then: () => station.reconnect() }) };
};

export const installCertificate: CommandHandler<'InstallCertificate'> = ({ security }, request) => ({
  response: { status: security.install(request) },
});

export const deleteCertificate: CommandHandler<'DeleteCertificate'> = ({ security }, request) => ({
  response: { status: security.delete(request) },
});

export const getInstalledCertificateIds: CommandHandler<'GetInstalledCertificateIds'> = ({ security }, request) => ({
  response: security.installed(request),
});
