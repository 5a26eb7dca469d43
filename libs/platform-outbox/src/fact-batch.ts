import { SpanKind, type Tracer } from '@opentelemetry/api';
import type { JsMsg } from '@nats-io/jetstream';
import { isUuid } from '@ampline/kernel-ids';
import type { Database, Tx } from '@ampline/platform-postgres';
import { contextOf, inSpan, recordedSpan } from '@ampline/platform-telemetry';
import { FactHeader, parseFactSubject, type FactHandler, type ReceivedFact } from './fact.js';
import type { Inbox } from './inbox.js';

/** A delivered message with the fact it carries. */
export interface Delivery {
  message: JsMsg;
  fact: ReceivedFact;
  handler: FactHandler;
  /** How often it has been delivered, this time included. */
  deliveries: number;
}

/** What a message is: a fact with a handler, one that nobody here handles, or something that cannot be told. */
export function readDelivery(message: JsMsg, handlers: ReadonlyMap<string, FactHandler>): Delivery | 'not-handled' | 'unreadable' {
  const parts = parseFactSubject(message.subject);
  const handler = parts && handlers.get(parts.name);
  if (!parts || !handler) return 'not-handled';
  const header = (name: string) => message.headers?.get(name) ?? '';
  const [id, tenantId, version] = [header(FactHeader.id), header(FactHeader.tenantId), header(FactHeader.version)];
  const occurredAt = new Date(header(FactHeader.occurredAt));
  if (!isUuid(id) || !isUuid(tenantId) || !/^\d+$/.test(version) || Number.isNaN(occurredAt.getTime())) return 'unreadable';
  const traceparent = header(FactHeader.traceparent) || undefined;
  const fact = { ...parts, id, tenantId, version: BigInt(version), occurredAt, traceparent, payload: message.string() };
  return { message, fact, handler, deliveries: message.info.deliveryCount };
}

/** Applies deliveries in one transaction: all of them or none. */
export class FactBatch {
  constructor(
    private readonly database: Database,
    private readonly inbox: Inbox,
    private readonly tracer: Tracer,
  ) {}

  /**
   * Marks the facts as taken in and gives those that are new to their handlers. A fact whose chain has something parked is parked behind
   * it. Throws what a handler threw; nothing of the batch has happened then.
   */
  apply(deliveries: Delivery[]): Promise<void> {
    const [only] = deliveries;
    if (only && deliveries.length === 1)
      return this.traced(only, () => this.applyAll(deliveries, (tx) => only.handler.apply(tx, only.fact)));
    return this.linked(deliveries, () =>
      this.applyAll(deliveries, (tx, delivery) => this.traced(delivery, () => delivery.handler.apply(tx, delivery.fact))),
    );
  }

  private applyAll(deliveries: Delivery[], handle: (tx: Tx, delivery: Delivery) => Promise<void>): Promise<void> {
    return this.database.asWorker(async (tx) => {
      const fresh = await this.takeIn(tx, deliveries);
      if (fresh.length === 0) return;
      const held = await this.inbox.heldChains(
        tx,
        fresh.map((d) => d.fact.chain),
      );
      for (const delivery of fresh) {
        if (held.has(delivery.fact.chain)) await this.inbox.park(tx, delivery.fact, { state: 'waiting', tries: 0 });
        else await handle(tx, delivery);
      }
    });
  }

  /** Parks a fact that failed too often. It counts as taken in: published again, it is a duplicate. */
  async park(delivery: Delivery, error: string): Promise<void> {
    await this.database.asWorker(async (tx) => {
      const [fresh] = await this.takeIn(tx, [delivery]);
      if (fresh) await this.inbox.park(tx, fresh.fact, { state: 'poison', tries: delivery.deliveries, error });
    });
  }

  /** Those that were not taken in before, each once, in the order they came. */
  private async takeIn(tx: Tx, deliveries: Delivery[]): Promise<Delivery[]> {
    const left = await this.inbox.take(
      tx,
      deliveries.map((d) => d.fact.id),
    );
    return deliveries.filter((d) => left.delete(d.fact.id));
  }

  /** In the trace of the change that made the fact. Of a fact that is alone, the whole transaction; of one among many, its handler. */
  private traced(delivery: Delivery, run: () => Promise<void>): Promise<void> {
    const { fact, handler } = delivery;
    if (!recordedSpan(fact.traceparent)) return run();
    return inSpan(this.tracer, `${handler.type.name} apply`, { kind: SpanKind.CONSUMER, parent: contextOf(fact.traceparent) }, run);
  }

  /** A transaction of many facts is no part of any one of their traces: it has its own, which names them. */
  private linked(deliveries: Delivery[], run: () => Promise<void>): Promise<void> {
    const links = deliveries.flatMap(({ fact }) => {
      const context = recordedSpan(fact.traceparent);
      return context ? [{ context }] : [];
    });
    if (links.length === 0) return run();
    return inSpan(
      this.tracer,
      'facts apply',
      { kind: SpanKind.CONSUMER, links, attributes: { 'messaging.batch.message_count': deliveries.length } },
      run,
    );
  }
}
