import type { CallWork, Handler } from '../call-work.js';

/** Takes a message of a vendor extension in. Whatever it does is in the transaction of `work`. */
export type VendorMessage = (work: CallWork, data: string | undefined) => Promise<{ status: 'Accepted' | 'Rejected'; data?: string }>;

/** By vendor id, and by message id within it (empty: messages without one). Both are compared as they are written. */
export type VendorExtensions = ReadonlyMap<string, ReadonlyMap<string, VendorMessage>>;

/** The extensions that we know. A new one is a line here, and tells in its docstring where the vendor has documented it. */
export const VENDOR_EXTENSIONS: VendorExtensions = new Map();

/** OCPP 1.6 §4.3: a message of an extension that is not known is answered so, and kept in the archive. */
export function dataTransfer(extensions: VendorExtensions): Handler<'DataTransfer'> {
  return async (work, { vendorId, messageId, data }) => {
    const messages = extensions.get(vendorId);
    if (!messages) return { status: 'UnknownVendorId' };
    const message = messages.get(messageId ?? '');
    return message ? message(work, data) : { status: 'UnknownMessageId' };
  };
}
