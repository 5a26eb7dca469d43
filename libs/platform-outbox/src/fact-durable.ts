import {
  AckPolicy,
  DeliverPolicy,
  jetstream,
  jetstreamManager,
  ReplayPolicy,
  type Consumer,
  type ConsumerConfig,
} from '@nats-io/jetstream';
import { nanos, type NatsConnection } from '@nats-io/nats-core';
import { factStream } from '@ampline/contracts';
import { unlessMissing } from './stream.js';

const API_TIMEOUT_MS = 5_000;
/** Deliveries without acknowledgement, of all replicas of a service together. */
const MAX_ACK_PENDING = 4_096;

export interface DurableOptions {
  /** Also the durable's name: one per service and stream. */
  service: string;
  context: string;
  /** The facts it wants, as one subject with a wildcard: servers before 2.10 know a single filter. */
  filter: string;
  /** After this without acknowledgement a fact is delivered again, to whichever replica asks. */
  ackWaitMs: number;
}

/** The durable pull consumer of a service on the stream of a context; replicas of the service share it. */
export class FactDurable {
  readonly stream: string;

  constructor(
    private readonly connection: NatsConnection,
    private readonly o: DurableOptions,
  ) {
    this.stream = factStream(o.context);
  }

  /**
   * Makes the durable when it is missing, to deliver everything the stream holds: what was taken in before is a duplicate. One that wants
   * other facts is made anew, since it has passed over those that it did not want. Throws while the stream does not exist; its owner makes it.
   */
  async declare(): Promise<Consumer> {
    const manager = await jetstreamManager(this.connection, { checkAPI: false, timeout: API_TIMEOUT_MS });
    const known = await unlessMissing(manager.consumers.info(this.stream, this.o.service));
    const outdated = known && known.config.filter_subject !== this.o.filter;
    if (outdated) await unlessMissing(manager.consumers.delete(this.stream, this.o.service));
    if (!known || outdated) await manager.consumers.add(this.stream, this.config());
    return jetstream(this.connection, { timeout: API_TIMEOUT_MS }).consumers.get(this.stream, this.o.service);
  }

  /** Facts that have not been delivered, or not acknowledged; 0 while there is no stream. */
  async lag(): Promise<number> {
    const manager = await jetstreamManager(this.connection, { checkAPI: false, timeout: API_TIMEOUT_MS });
    const info = await unlessMissing(manager.consumers.info(this.stream, this.o.service));
    return info ? info.num_pending + info.num_ack_pending : 0;
  }

  private config(): Partial<ConsumerConfig> {
    return {
      durable_name: this.o.service,
      filter_subject: this.o.filter,
      ack_policy: AckPolicy.Explicit,
      ack_wait: nanos(this.o.ackWaitMs),
      deliver_policy: DeliverPolicy.All,
      replay_policy: ReplayPolicy.Instant,
      max_ack_pending: MAX_ACK_PENDING,
    };
  }
}
