import { context, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Msg, NatsConnection, Subscription } from '@nats-io/nats-core';
import { AppError } from '@ampline/kernel-errors';
import { contextOf, type Telemetry } from '@ampline/platform-telemetry';
import { busErrors } from './errors.js';
import { BusHeader, encodeHeaders, ReceivedMessage, type Incoming, type Outgoing } from './messages.js';
import { subjectFamily, type BusMetrics } from './metrics.js';

export type Handler = (message: Incoming) => Promise<Outgoing | void>;

export interface ServeOptions {
  /** Members of a queue group share the messages. Absent: every subscriber gets each. */
  queue?: string;
  /** Messages that are worked on at once; default unlimited. */
  concurrency?: number;
  /** Messages that wait for their turn; more are answered `Ampline-Retry: true` at once. Default 10 × concurrency. */
  backlog?: number;
  /** Default: `<subject family> handle`. */
  spanName?: string;
}

/** A subject that is being served. */
export interface Served {
  /**
   * Takes no new messages, answers what waits or still arrives with `Ampline-Retry: true`, and resolves when what was begun has
   * been answered.
   */
  drain(): Promise<void>;
  /** Stops at once; what was begun is still answered. */
  unsubscribe(): void;
}

const EMPTY: Outgoing = { body: '' };
const RETRY: Outgoing = { body: '', headers: { [BusHeader.retry]: 'true' } };

/** One subscription: bounded concurrency, one reply per message, nothing thrown into the client's reader. */
export class Service implements Served {
  private readonly subscription: Subscription;
  private readonly concurrency: number;
  private readonly backlogLimit: number;
  private readonly spanName: string;
  private readonly waiting: Msg[] = [];
  private readonly idle: (() => void)[] = [];
  private running = 0;
  private draining = false;

  constructor(
    private readonly connection: NatsConnection,
    subject: string,
    o: ServeOptions,
    private readonly handler: Handler,
    private readonly telemetry: Telemetry,
    private readonly metrics: BusMetrics,
  ) {
    this.concurrency = o.concurrency ?? Infinity;
    this.backlogLimit = o.backlog ?? this.concurrency * 10;
    this.spanName = o.spanName ?? `${subjectFamily(subject)} handle`;
    this.subscription = connection.subscribe(subject, {
      ...(o.queue === undefined ? {} : { queue: o.queue }),
      callback: (error, message) => {
        if (error) telemetry.logger.error('bus.subscription-refused', { subject }, busErrors.forbidden({ subject }, error));
        else this.accept(message);
      },
    });
  }

  async drain(): Promise<void> {
    if (!this.draining) {
      this.draining = true;
      for (const message of this.waiting.splice(0)) this.shed(message);
    }
    // UNSUB, then a round trip: what the server routed before still arrives and is told to go elsewhere.
    if (!this.subscription.isClosed() && !this.connection.isClosed()) await this.subscription.drain();
    if (this.running > 0) await new Promise<void>((resolve) => this.idle.push(resolve));
  }

  unsubscribe(): void {
    this.draining = true;
    for (const message of this.waiting.splice(0)) this.shed(message);
    this.subscription.unsubscribe();
  }

  private accept(message: Msg): void {
    if (this.draining) this.shed(message);
    else if (this.running < this.concurrency) void this.run(message);
    else if (this.waiting.length < this.backlogLimit) this.waiting.push(message);
    else this.shed(message);
  }

  private shed(message: Msg): void {
    this.metrics.handled(message.subject, 'shed', performance.now());
    this.respond(message, RETRY);
  }

  private async run(message: Msg): Promise<void> {
    this.running++;
    const startedAt = performance.now();
    const traceparent = message.headers?.get(BusHeader.traceparent);
    const parent = traceparent ? contextOf(traceparent) : ROOT_CONTEXT;
    const span = this.telemetry.tracer.startSpan(this.spanName, { kind: SpanKind.SERVER }, parent);
    const received = new ReceivedMessage(message);
    try {
      const outgoing = await context.with(trace.setSpan(parent, span), this.handler, undefined, received);
      this.respond(message, outgoing ?? EMPTY);
      this.metrics.handled(message.subject, 'ok', startedAt);
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR });
      const failure = AppError.is(error) ? error : busErrors.handlerFailed(undefined, error);
      context.with(trace.setSpan(parent, span), () => this.log(message.subject, failure));
      const headers = { [BusHeader.error]: failure.code, [BusHeader.errorKind]: failure.kind };
      this.respond(message, { body: failure.message, headers });
      this.metrics.handled(message.subject, 'error', startedAt);
    } finally {
      span.end();
      this.running--;
      this.next();
    }
  }

  private next(): void {
    const message = this.waiting.shift();
    if (message) void this.run(message);
    else if (this.running === 0) for (const resolve of this.idle.splice(0)) resolve();
  }

  private log(subject: string, failure: AppError): void {
    const fields = { family: subjectFamily(subject), code: failure.code, ...failure.details };
    if (failure.level === 'error') this.telemetry.logger.error('bus.handler-failed', fields, failure.cause ?? failure);
    else this.telemetry.logger[failure.level]('bus.handler-failed', fields);
  }

  /** On a connection that is closing no reply can be sent; the requester's time-out tells it. */
  private respond(message: Msg, outgoing: Outgoing): void {
    if (!message.reply || this.connection.isClosed() || this.connection.isDraining()) return;
    message.respond(outgoing.body, outgoing.headers ? { headers: encodeHeaders(outgoing.headers) } : {});
  }
}
