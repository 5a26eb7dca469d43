import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { errors, type NatsConnection, type Status } from '@nats-io/nats-core';
import { AppError } from '@ampline/kernel-errors';
import type { Telemetry } from '@ampline/platform-telemetry';
import { connectBus, inboxPrefix, type BusOptions } from './connect.js';
import { busErrors } from './errors.js';
import { encodeHeaders, BusHeader, type Headers, type Reply } from './messages.js';
import { BusMetrics, subjectFamily, type RequestResult } from './metrics.js';
import { ReplyInbox, type RequestOutcome } from './reply-inbox.js';
import { Service, type Handler, type ServeOptions, type Served } from './served.js';

export interface RequestOptions {
  timeoutMs: number;
  headers?: Headers;
}

export interface RequestManyOptions extends RequestOptions {
  /** The first reply it holds true for ends the request; the others are passed over. */
  accept: (reply: Reply) => boolean;
}

/** What happens to a connection. */
export type BusStatus = 'disconnected' | 'reconnected' | 'closed';

/**
 * One connection to NATS: request/reply with no-responders detection, services with bounded concurrency, W3C trace context both ways.
 * Comes back for ever after the first connection; requests under way when it breaks fail at once with `bus.disconnected`.
 */
export class Bus {
  private readonly inbox: ReplyInbox;
  private readonly metrics: BusMetrics;
  private readonly services = new Set<Service>();
  private readonly statusListeners = new Set<(status: BusStatus) => void>();
  private up = true;

  private constructor(
    /** The client's own connection, for JetStream. */
    readonly connection: NatsConnection,
    prefix: string,
    private readonly telemetry: Telemetry,
  ) {
    this.metrics = new BusMetrics(telemetry.meter);
    telemetry.meter
      .createObservableGauge('bus_connected', { description: '1 while the connection stands.' })
      .addCallback((gauge) => gauge.observe(this.up ? 1 : 0));
    this.inbox = new ReplyInbox(connection, prefix);
    void this.follow();
  }

  /**
   * Connects. Throws `bus.unreachable` after `firstWaitMs`, `bus.refused` at once.
   */
  static async connect(o: BusOptions, telemetry: Telemetry): Promise<Bus> {
    return new Bus(await connectBus(o, telemetry.logger), inboxPrefix(o.name), telemetry);
  }

  get connected(): boolean {
    return this.up;
  }

  /** Changes at each start of the server we are connected to; undefined while disconnected. */
  get serverId(): string | undefined {
    return this.up ? this.connection.info?.server_id : undefined;
  }

  /**
   * Asks and waits for the first reply. Throws `bus.no-responders` at once when nobody serves the subject, `bus.timeout`,
   * `bus.disconnected`, and the error of the handler with its kind and code when it threw one.
   * A reply with `Ampline-Retry: true` is returned like any other.
   */
  async request(subject: string, body: string | Uint8Array, o: RequestOptions): Promise<Reply> {
    const outcome = await this.ask(subject, body, o, undefined);
    if (outcome === undefined) throw busErrors.timeout({ subject, timeoutMs: o.timeoutMs });
    if (outcome instanceof AppError) throw outcome;
    return outcome;
  }

  /** Asks everybody and waits for a reply that is accepted; undefined when none was in time. Throws as {@link request}. */
  async requestMany(subject: string, body: string | Uint8Array, o: RequestManyOptions): Promise<Reply | undefined> {
    const outcome = await this.ask(subject, body, o, o.accept);
    if (outcome instanceof AppError) throw outcome;
    return outcome;
  }

  /** Tells whoever listens; at most once. While disconnected or closing the message is dropped and counted. */
  publish(subject: string, body: string | Uint8Array, headers?: Headers): void {
    if (!this.up || this.connection.isClosed() || this.connection.isDraining()) {
      this.metrics.dropped.add(1, { family: subjectFamily(subject) });
      return;
    }
    const carried = { ...headers };
    propagation.inject(context.active(), carried);
    this.send(subject, body, carried);
  }

  /** Serves a subject (wildcards allowed) until it is drained. See {@link ServeOptions}. */
  serve(subject: string, o: ServeOptions, handler: Handler): Served {
    const service = new Service(this.connection, subject, o, handler, this.telemetry, this.metrics);
    this.services.add(service);
    return {
      drain: async () => {
        await service.drain();
        this.services.delete(service);
      },
      unsubscribe: () => {
        service.unsubscribe();
        this.services.delete(service);
      },
    };
  }

  /** Resolves when the server has seen everything sent so far. */
  flush(): Promise<void> {
    return this.connection.flush();
  }

  /** Called after the connection came back and the subscriptions with it. Returns what ends it. */
  onReconnect(listener: () => void): () => void {
    return this.onStatus((status) => {
      if (status === 'reconnected') listener();
    });
  }

  onStatus(listener: (status: BusStatus) => void): () => void {
    this.statusListeners.add(listener);
    return () => this.statusListeners.delete(listener);
  }

  /** Answers what has been begun, tells the rest to go elsewhere, then closes. */
  async drain(): Promise<void> {
    await Promise.all([...this.services].map((service) => service.drain()));
    this.services.clear();
    this.inbox.close();
    if (this.connection.isClosed()) return;
    await (this.up ? this.connection.drain() : this.connection.close());
  }

  /** Closes at once. */
  async close(): Promise<void> {
    this.inbox.close();
    await this.connection.close();
  }

  private async ask(
    subject: string,
    body: string | Uint8Array,
    o: RequestOptions,
    accept: ((reply: Reply) => boolean) | undefined,
  ): Promise<RequestOutcome> {
    const startedAt = performance.now();
    const parent = context.active();
    const span = this.telemetry.tracer.startSpan(`${subjectFamily(subject)} request`, { kind: SpanKind.CLIENT }, parent);
    const headers = { ...o.headers };
    propagation.inject(trace.setSpan(parent, span), headers);
    const outcome = await this.exchange(subject, body, { headers, timeoutMs: o.timeoutMs, accept });
    const result = resultOf(outcome);
    if (result !== 'ok' && result !== 'retry') span.setStatus({ code: SpanStatusCode.ERROR, message: result });
    span.end();
    this.metrics.requested(subject, result, startedAt);
    return outcome;
  }

  private exchange(
    subject: string,
    body: string | Uint8Array,
    o: { headers: Headers; timeoutMs: number; accept: ((reply: Reply) => boolean) | undefined },
  ): Promise<RequestOutcome> {
    if (!this.up) return Promise.resolve(busErrors.disconnected({ subject }));
    return new Promise((settled) => {
      const { accept, timeoutMs } = o;
      const replyTo = this.inbox.expect({ subject, timeoutMs, settled, ...(accept && { accept }) });
      try {
        this.send(subject, body, o.headers, replyTo);
      } catch (error) {
        this.inbox.fail(replyTo, AppError.is(error) ? error : busErrors.invalidMessage({ subject }, error));
      }
    });
  }

  private send(subject: string, body: string | Uint8Array, headers: Headers, reply?: string): void {
    try {
      this.connection.publish(subject, body, { headers: encodeHeaders(headers), ...(reply !== undefined && { reply }) });
    } catch (error) {
      if (AppError.is(error)) throw error;
      const gone = error instanceof errors.ClosedConnectionError || error instanceof errors.DrainingConnectionError;
      throw gone ? busErrors.disconnected({ subject }, error) : busErrors.invalidMessage({ subject }, error);
    }
  }

  private async follow(): Promise<void> {
    for await (const status of this.connection.status()) this.onClientStatus(status);
    this.up = false;
    this.inbox.failAll(busErrors.disconnected());
    this.announce('closed');
  }

  private onClientStatus(status: Status): void {
    if (status.type === 'disconnect') {
      this.up = false;
      this.telemetry.logger.warn('bus.disconnected', { server: status.server });
      this.inbox.failAll(busErrors.disconnected());
      this.announce('disconnected');
    } else if (status.type === 'reconnect') {
      this.up = true;
      this.metrics.reconnects.add(1);
      this.telemetry.logger.info('bus.reconnected', { server: status.server, serverId: this.connection.info?.server_id });
      this.announce('reconnected');
    } else if (status.type === 'error') {
      this.onError(status.error);
    } else if (status.type === 'staleConnection') {
      this.telemetry.logger.warn('bus.stale');
    }
  }

  private onError(error: Error): void {
    this.telemetry.logger.error('bus.error', {}, error);
    if (error instanceof errors.PermissionViolationError && error.operation === 'publish')
      this.inbox.failSubject(error.subject, busErrors.forbidden({ subject: error.subject }, error));
  }

  private announce(status: BusStatus): void {
    for (const listener of this.statusListeners) listener(status);
  }
}

function resultOf(outcome: RequestOutcome): RequestResult {
  if (outcome === undefined) return 'timeout';
  if (!(outcome instanceof AppError)) return outcome.headers[BusHeader.retry] === 'true' ? 'retry' : 'ok';
  if (outcome.code === 'bus.no-responders') return 'no-responders';
  return outcome.code === 'bus.disconnected' ? 'disconnected' : 'error';
}
