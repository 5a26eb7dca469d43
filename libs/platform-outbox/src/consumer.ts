import type { Consumer, ConsumerMessages, JsMsg } from '@nats-io/jetstream';
import { busErrors, type Bus } from '@ampline/platform-nats';
import type { Database } from '@ampline/platform-postgres';
import type { Telemetry } from '@ampline/platform-telemetry';
import { Alarm } from './alarm.js';
import { ConsumerUpkeep } from './consumer-upkeep.js';
import { outboxErrors } from './errors.js';
import { FactBatch, readDelivery, type Delivery } from './fact-batch.js';
import { FactDurable } from './fact-durable.js';
import type { FactHandler } from './fact.js';
import { Inbox } from './inbox.js';
import { describeFailure, isAway, ParkedFacts } from './parked.js';

export interface FactConsumerOptions {
  database: Database;
  bus: Bus;
  /** Name of the consuming service; all its replicas share the work. */
  service: string;
  /** Whose facts. */
  context: string;
  handlers: FactHandler[];
  telemetry: Telemetry;
  /** After so many deliveries a fact that fails is parked; default 10. */
  maxTries?: number;
  /** Pause before the next delivery of a fact that failed `tries` times, ms; default 1 s doubling to 60 s. */
  backoffMs?: (tries: number) => number;
  /** Facts per transaction at most; default 256. */
  batch?: number;
  /** Default 30,000. */
  ackWaitMs?: number;
}

const FETCH_EXPIRES_MS = 5_000;
const PAUSE_MS = { first: 250, most: 5_000 };

const doubling = (tries: number): number => Math.min(1_000 * 2 ** (tries - 1), 60_000);

/**
 * Takes in the facts of one context: each is applied in the same transaction that marks it as taken in, so that it takes effect exactly
 * once, however often it is delivered and to whichever replica.
 */
export class FactConsumer {
  private readonly durable: FactDurable;
  private readonly batch: FactBatch;
  private readonly parked: ParkedFacts;
  private readonly upkeep: ConsumerUpkeep;
  private readonly handlers: ReadonlyMap<string, FactHandler>;
  private readonly alarm = new Alarm();
  private readonly stopping = new AbortController();
  private fetching: ConsumerMessages | undefined;
  /** Counts what happens to the connection: a session belongs to one. */
  private connection = 0;
  private stopFollowing: () => void = () => undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly o: FactConsumerOptions) {
    const { database, bus, service, context, telemetry } = o;
    for (const { type } of o.handlers) if (type.context !== context) throw outboxErrors.wrongContext({ fact: type.name, context });
    this.handlers = new Map(o.handlers.map((handler) => [handler.type.name, handler]));
    const inbox = new Inbox(database, `${service}/${context}`);
    this.durable = new FactDurable(bus.connection, { service, context, filter: filterOf(o), ackWaitMs: o.ackWaitMs ?? 30_000 });
    this.batch = new FactBatch(database, inbox, telemetry.tracer);
    this.parked = new ParkedFacts(database, inbox, this.handlers, telemetry.logger);
    this.upkeep = new ConsumerUpkeep(telemetry, context, inbox, () => this.durable.lag());
  }

  start(): void {
    // A pull request does not survive the connection: ask again at once, not when the old one would have expired.
    this.stopFollowing = this.o.bus.onStatus(() => {
      this.connection++;
      this.fetching?.stop();
      this.alarm.ring();
    });
    this.upkeep.start();
    this.running = this.loop(this.stopping.signal);
  }

  /** Ends after the facts that have been delivered are applied. */
  async stop(): Promise<void> {
    this.stopFollowing();
    this.stopping.abort();
    await this.fetching?.close();
    await Promise.all([this.running, this.upkeep.stop()]);
  }

  /** Gives parked facts to their handlers again: all, or the chain of one. Returns how many were applied. */
  async replayParked(id?: string): Promise<number> {
    const replayed = await this.parked.replay(id);
    this.upkeep.look();
    return replayed;
  }

  /** Facts in the stream that are not yet acknowledged. */
  lag(): Promise<number> {
    return this.durable.lag();
  }

  private async loop(signal: AbortSignal): Promise<void> {
    let pauseMs = 0;
    while (!signal.aborted) {
      const failure = await this.session(signal, () => (pauseMs = 0));
      if (signal.aborted) return;
      pauseMs = Math.min(Math.max(pauseMs * 2, PAUSE_MS.first), PAUSE_MS.most);
      this.o.telemetry.logger.info('facts.interrupted', {
        service: this.o.service,
        context: this.o.context,
        retryInMs: pauseMs,
        reason: describeFailure(failure),
      });
      await this.alarm.wait(pauseMs, signal);
    }
  }

  /** Consumes until something is away: database, bus, stream or durable. Returns what it was. */
  private async session(signal: AbortSignal, flowing: () => void): Promise<unknown> {
    if (!this.o.bus.connected) return busErrors.disconnected();
    try {
      await this.o.database.ping();
      const { connection } = this;
      const consumer = await this.durable.declare();
      while (!signal.aborted && connection === this.connection) {
        await this.fetch(consumer);
        flowing();
      }
      return busErrors.disconnected();
    } catch (error) {
      return error;
    }
  }

  /** One pull request: facts are worked on as they come, as many at a time as have come. */
  private async fetch(consumer: Consumer): Promise<void> {
    const most = this.o.batch ?? 256;
    const messages = await consumer.fetch({ max_messages: most, expires: FETCH_EXPIRES_MS });
    this.fetching = messages;
    let waiting: JsMsg[] = [];
    for await (const message of messages) {
      waiting.push(message);
      if (messages.getPending() > 0) continue;
      const ready = waiting;
      waiting = [];
      await this.work(ready);
    }
    await this.work(waiting);
  }

  private async work(messages: JsMsg[]): Promise<void> {
    const deliveries: Delivery[] = [];
    for (const message of messages) {
      const delivery = readDelivery(message, this.handlers);
      if (delivery === 'unreadable') {
        this.count(1, 'unreadable');
        this.o.telemetry.logger.error('fact.unreadable', { subject: message.subject, seq: message.seq });
      }
      if (typeof delivery === 'string') message.ack();
      else deliveries.push(delivery);
    }
    if (deliveries.length === 0) return;
    const failure = await this.attempt(deliveries);
    if (failure === undefined) return;
    if (deliveries.length === 1) await this.failed(deliveries[0] as Delivery, failure.error);
    else for (const delivery of deliveries) await this.alone(delivery);
  }

  private async alone(delivery: Delivery): Promise<void> {
    const failure = await this.attempt([delivery]);
    if (failure) await this.failed(delivery, failure.error);
  }

  /** Applies and acknowledges. Throws when the database is away: that says nothing about the facts. */
  private async attempt(deliveries: Delivery[]): Promise<{ error: unknown } | undefined> {
    try {
      await this.batch.apply(deliveries);
    } catch (error) {
      if (!isAway(error)) return { error };
      for (const { message } of deliveries) message.nak(PAUSE_MS.first);
      throw error;
    }
    for (const { message } of deliveries) message.ack();
    this.count(deliveries.length, 'applied');
    return undefined;
  }

  private async failed(delivery: Delivery, error: unknown): Promise<void> {
    const { message, fact, deliveries } = delivery;
    const fields = { factId: fact.id, subject: fact.subject, version: fact.version.toString(), tries: deliveries };
    if (deliveries < (this.o.maxTries ?? 10)) {
      const retryInMs = (this.o.backoffMs ?? doubling)(deliveries);
      this.o.telemetry.logger.warn('fact.failed', { ...fields, retryInMs }, error);
      this.count(1, 'failed');
      message.nak(retryInMs);
      return;
    }
    await this.batch.park(delivery, describeFailure(error));
    message.ack();
    this.o.telemetry.logger.error('fact.parked', fields, error);
    this.count(1, 'parked');
    this.upkeep.look();
  }

  private count(facts: number, result: 'applied' | 'failed' | 'parked' | 'unreadable'): void {
    this.upkeep.handled.add(facts, { context: this.o.context, result });
  }
}

/** Who takes in one kind of fact is not sent the others of the context. */
function filterOf({ context, handlers: [only, other] }: FactConsumerOptions): string {
  return only && !other ? `fact.${only.type.name}.>` : `fact.${context}.>`;
}
