import type { Msg, MsgHdrs } from '@nats-io/nats-core';
import { MsgHdrsImpl } from '@nats-io/nats-core/internal';
import { busErrors } from './errors.js';

/** Header names that the bus itself understands. */
export const BusHeader = {
  /** `true` on a reply: not done, ask another member. */
  retry: 'Ampline-Retry',
  /** Code of the error that the handler threw. */
  error: 'Ampline-Error',
  /** Its kind. */
  errorKind: 'Ampline-Error-Kind',
  traceparent: 'traceparent',
} as const;

/** Header names are case-sensitive; one value each. */
export type Headers = Record<string, string>;

/** What came back for a request. */
export interface Reply {
  readonly body: string;
  readonly headers: Headers;
}

/** What a handler is given. */
export interface Incoming {
  readonly subject: string;
  readonly body: string;
  headers(name: string): string | undefined;
}

/** What a handler answers. */
export interface Outgoing {
  body: string | Uint8Array;
  headers?: Headers;
}

/** A received message; text and headers are decoded when they are asked for. */
export class ReceivedMessage implements Incoming {
  constructor(private readonly message: Msg) {}

  get subject(): string {
    return this.message.subject;
  }

  get body(): string {
    return this.message.string();
  }

  headers(name: string): string | undefined {
    return this.message.headers?.get(name) || undefined;
  }
}

/** A received reply; text and headers are decoded when they are asked for. */
export class ReceivedReply implements Reply {
  private decoded: Headers | undefined;

  constructor(private readonly message: Msg) {}

  get body(): string {
    return this.message.string();
  }

  get headers(): Headers {
    return (this.decoded ??= decodeHeaders(this.message.headers));
  }
}

function decodeHeaders(headers: MsgHdrs | undefined): Headers {
  const decoded: Headers = {};
  if (headers) for (const [name, values] of headers) decoded[name] = values[0] ?? '';
  return decoded;
}

const LINE_BREAK = /[\r\n]/;

/**
 * Headers in the client's shape. Throws `bus.invalid-message` for a value with a line break: it would begin a header of its own.
 */
export function encodeHeaders(headers: Headers): MsgHdrs {
  const values: Record<string, string[]> = {};
  for (const name in headers) {
    const value = headers[name] as string;
    if (LINE_BREAK.test(value)) throw busErrors.invalidMessage({ header: name });
    values[name] = [value];
  }
  return MsgHdrsImpl.fromRecord(values);
}
