import type { Handler } from '../call-work.js';

/** The archive has them; nothing is decided on them. */
export const diagnosticsStatusNotification: Handler<'DiagnosticsStatusNotification'> = async () => ({});
export const firmwareStatusNotification: Handler<'FirmwareStatusNotification'> = async () => ({});
export const logStatusNotification: Handler<'LogStatusNotification'> = async () => ({});
export const signedFirmwareStatusNotification: Handler<'SignedFirmwareStatusNotification'> = async () => ({});
