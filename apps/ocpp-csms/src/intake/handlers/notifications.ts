import type { Handler } from '../call-work.js';

/** The archive has them; nothing is decided on them. */
export const diagnosticsStatusNotification: Handler<'DiagnosticsStatusNotification'> = async () => ({});
export const firmwareStatusNotification: Handler<'FirmwareStatusNotification'> = async () => ({});
export const logStatusNotification: Handler<'LogStatusNotification'> = async () => ({});
export const securityEventNotification: Handler<'SecurityEventNotification'> = async () => ({});
export const signedFirmwareStatusNotification: Handler<'SignedFirmwareStatusNotification'> = async () => ({});

/** No certificate authority is set up: a station must not wait for a certificate. */
export const signCertificate: Handler<'SignCertificate'> = async () => ({ status: 'Rejected' });
