import type { Msg, NatsConnection, Subscription } from '@nats-io/nats-core';
import { createInbox } from '@nats-io/nats-core/internal';
import { AppError, KIND_TABLE, type ErrorKind } from '@ampline/kernel-errors';
import { busErrors } from './errors.js';
import { BusHeader, ReceivedReply, type Reply } from './messages.js';

interface Pending {
  readonly subject: string;
  readonly timer: NodeJS.Timeout;
  /** Absent: the first reply settles the request. */
  readonly accept: ((reply: Reply) => boolean) | undefined;
  settle(outcome: Reply | AppError | undefined): void;
}

/** How a request ended: a reply, an error, or `undefined` when its time was up. */
export type RequestOutcome = Reply | AppError | undefined;

/**
 * Replies of all requests of one connection come in on one subscription and are told apart by the last token.
 * The client's own requests make five promises and two errors each; this makes one promise and one timer.
 */
export class ReplyInbox {
  private readonly prefix: string;
  private readonly pending = new Map<string, Pending>();
  private readonly subscription: Subscription;
  private serial = 0;

  constructor(connection: NatsConnection, inboxPrefix: string) {
    this.prefix = `${createInbox(inboxPrefix)}.`;
    this.subscription = connection.subscribe(`${this.prefix}*`, {
      callback: (error, message) => (error ? this.failAll(busErrors.forbidden({ subject: this.prefix }, error)) : this.deliver(message)),
    });
  }

  get size(): number {
    return this.pending.size;
  }

  /** Waits for replies to `subject`. Resolves exactly once, never rejects. Returns the subject that replies are to be sent to. */
  expect(o: {
    subject: string;
    timeoutMs: number;
    accept?: (reply: Reply) => boolean;
    settled: (outcome: RequestOutcome) => void;
  }): string {
    const token = (++this.serial).toString(36);
    this.pending.set(token, {
      subject: o.subject,
      accept: o.accept,
      timer: setTimeout(() => this.settle(token, undefined), o.timeoutMs),
      settle: o.settled,
    });
    return this.prefix + token;
  }

  /** Settles the request that waits at `replyTo`. */
  fail(replyTo: string, error: AppError): void {
    this.settle(replyTo.slice(this.prefix.length), error);
  }

  failAll(error: AppError): void {
    for (const token of [...this.pending.keys()]) this.settle(token, error);
  }

  /** The server refused a publish on `subject`: nobody will answer these. */
  failSubject(subject: string, error: AppError): void {
    for (const [token, pending] of [...this.pending]) if (pending.subject === subject) this.settle(token, error);
  }

  close(): void {
    this.failAll(busErrors.disconnected());
    this.subscription.unsubscribe();
  }

  private deliver(message: Msg): void {
    const token = message.subject.slice(this.prefix.length);
    const pending = this.pending.get(token);
    if (!pending) return;
    if (message.data.length === 0 && message.headers?.code === 503) {
      this.settle(token, busErrors.noResponders({ subject: pending.subject }));
      return;
    }
    const reply = new ReceivedReply(message);
    const failure = remoteFailure(reply);
    if (failure) this.settle(token, failure);
    else if (!pending.accept) this.settle(token, reply);
    else this.judge(token, reply, pending.accept);
  }

  /** An exception of `accept` must not reach the client's reader: it would end the connection. */
  private judge(token: string, reply: Reply, accept: (reply: Reply) => boolean): void {
    try {
      if (accept(reply)) this.settle(token, reply);
    } catch (error) {
      this.settle(token, busErrors.unreadableReply(undefined, error));
    }
  }

  private settle(token: string, outcome: RequestOutcome): void {
    const pending = this.pending.get(token);
    if (!pending) return;
    this.pending.delete(token);
    clearTimeout(pending.timer);
    pending.settle(outcome);
  }
}

function remoteFailure(reply: Reply): AppError | undefined {
  const code = reply.headers[BusHeader.error];
  if (code === undefined) return undefined;
  const kind = reply.headers[BusHeader.errorKind];
  return new AppError({ kind: isErrorKind(kind) ? kind : 'internal', code, message: reply.body });
}

function isErrorKind(kind: string | undefined): kind is ErrorKind {
  return kind !== undefined && Object.hasOwn(KIND_TABLE, kind);
}
