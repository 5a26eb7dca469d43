import {
  AckPolicy,
  DeliverPolicy,
  DiscardPolicy,
  JetStreamApiCodes,
  JetStreamApiError,
  jetstream,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
  type JetStreamManager,
  type StreamConfig,
  type StreamInfo,
} from '@nats-io/jetstream';
import { nanos, type NatsConnection } from '@nats-io/nats-core';
import { factStream } from '@ampline/contracts';
import { outboxErrors } from './errors.js';
import { FactHeader } from './fact.js';

/** Facts stay in the stream and in the outbox for this long. */
export const RETENTION_DAYS = 30;
const DAY_MS = 86_400_000;
const API_TIMEOUT_MS = 5_000;
const PAGE = 1_000;

/** What there is to know about a stream for comparing it with the outbox. */
export interface StreamSight {
  /** The server's creation time, with nanoseconds: tells one stream from another of the same name. */
  created: string;
  messages: number;
  /** The oldest message it still holds; after a purge the one to come. */
  firstSeq: number;
  lastSeq: number;
  /** Leader of a replicated stream. */
  leader: string;
}

export interface FactStreamOptions {
  replicas: number;
  /** How long the stream itself recognises an id that it has been given before, ms. */
  duplicateWindowMs: number;
}

/** The stream that carries a context's facts, as its owner declares it. */
export class FactStream {
  readonly name: string;

  constructor(
    private readonly context: string,
    private readonly connection: NatsConnection,
    private readonly o: FactStreamOptions,
  ) {
    this.name = factStream(context);
  }

  /** Creates the stream when it is missing, brings its limits up to date when they differ, and looks at it. */
  async declare(): Promise<StreamSight> {
    const manager = await this.manager();
    const wanted = this.config();
    const info = await unlessMissing(manager.streams.info(this.name));
    if (!info) return sight(await manager.streams.add(wanted));
    const { config } = info;
    const same =
      config.max_age === wanted.max_age &&
      config.duplicate_window === wanted.duplicate_window &&
      config.num_replicas === wanted.num_replicas;
    return sight(same ? info : await manager.streams.update(this.name, { ...config, ...wanted }));
  }

  /**
   * Ids (`Nats-Msg-Id`) of the messages from `fromSeq` on, by sequence, page by page. Reads headers only.
   * Throws `outbox.stream-unreadable` when the stream ends before `untilSeq` or does not answer.
   */
  async *ids(fromSeq: number, untilSeq: number): AsyncGenerator<Map<number, string>> {
    if (fromSeq > untilSeq) return;
    const manager = await this.manager();
    const consumer = await manager.consumers.add(this.name, {
      ack_policy: AckPolicy.None,
      deliver_policy: DeliverPolicy.StartSequence,
      opt_start_seq: fromSeq,
      headers_only: true,
      inactive_threshold: nanos(30_000),
      mem_storage: true,
    });
    const pull = await jetstream(this.connection, { timeout: API_TIMEOUT_MS }).consumers.get(this.name, consumer.name);
    try {
      let left = consumer.num_pending;
      while (left > 0) {
        const page = new Map<number, string>();
        for await (const message of await pull.fetch({ max_messages: Math.min(PAGE, left), expires: API_TIMEOUT_MS }))
          page.set(message.seq, message.headers?.get(FactHeader.id) ?? '');
        if (page.size === 0) throw outboxErrors.streamUnreadable({ stream: this.name, left });
        left -= page.size;
        yield page;
      }
    } finally {
      await unlessMissing(manager.consumers.delete(this.name, consumer.name));
    }
  }

  /**
   * Sends consumers back that have seen more than the stream holds: they would pass over as many new messages as were lost. From what
   * they had acknowledged on they get everything again. Returns their names.
   */
  async rewindConsumers(lastSeq: number): Promise<string[]> {
    const manager = await this.manager();
    const rewound: string[] = [];
    for await (const { name, config, delivered, ack_floor } of manager.consumers.list(this.name)) {
      if (delivered.stream_seq <= lastSeq) continue;
      const opt_start_seq = Math.min(ack_floor.stream_seq, lastSeq) + 1;
      await manager.consumers.delete(this.name, name);
      await manager.consumers.add(this.name, { ...config, deliver_policy: DeliverPolicy.StartSequence, opt_start_seq });
      rewound.push(name);
    }
    return rewound;
  }

  private manager(): Promise<JetStreamManager> {
    return jetstreamManager(this.connection, { checkAPI: false, timeout: API_TIMEOUT_MS });
  }

  private config(): Pick<
    StreamConfig,
    'name' | 'subjects' | 'storage' | 'retention' | 'discard' | 'max_age' | 'duplicate_window' | 'num_replicas'
  > {
    return {
      name: this.name,
      subjects: [`fact.${this.context}.>`],
      storage: StorageType.File,
      retention: RetentionPolicy.Limits,
      discard: DiscardPolicy.New,
      max_age: nanos(RETENTION_DAYS * DAY_MS),
      duplicate_window: nanos(this.o.duplicateWindowMs),
      num_replicas: this.o.replicas,
    };
  }
}

function sight(info: StreamInfo): StreamSight {
  return {
    created: String(info.created),
    messages: info.state.messages,
    firstSeq: info.state.first_seq,
    lastSeq: info.state.last_seq,
    leader: info.cluster?.leader ?? '',
  };
}

/** Undefined when there is no such stream or consumer. */
export async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return (
    error instanceof JetStreamApiError &&
    (error.code === JetStreamApiCodes.StreamNotFound || error.code === JetStreamApiCodes.ConsumerNotFound)
  );
}
