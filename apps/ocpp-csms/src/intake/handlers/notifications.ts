import type { Handler } from '../call-work.js';

/** OCPP 1.6 §4.3. No vendor extension is known yet: said so, and kept in the archive. */
export const dataTransfer: Handler<'DataTransfer'> = async () => ({ status: 'UnknownVendorId' });

/** The archive has them; nothing is decided on them. */
export const diagnosticsStatusNotification: Handler<'DiagnosticsStatusNotification'> = async () => ({});
export const firmwareStatusNotification: Handler<'FirmwareStatusNotification'> = async () => ({});
export const logStatusNotification: Handler<'LogStatusNotification'> = async () => ({});
export const signedFirmwareStatusNotification: Handler<'SignedFirmwareStatusNotification'> = async () => ({});
