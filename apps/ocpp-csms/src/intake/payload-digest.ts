import { createHash } from 'node:crypto';

/** What a station repeats when it sends a message again under a new message id: action and payload. 32 bytes. */
export function payloadDigest(action: string, payload: unknown): Buffer {
  return createHash('sha256').update(action).update(JSON.stringify(payload)).digest();
}
