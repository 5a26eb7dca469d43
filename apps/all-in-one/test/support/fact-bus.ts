import { Bus } from '@ampline/platform-nats';
import { testTelemetry } from '@ampline/platform-telemetry';
import { BUS_ADMIN } from '../../src/embedded-bus.js';
import type { Platform } from './platform.js';

/** A fact as it lies in a stream. */
export interface StreamedFact {
  subject: string;
  headers: Record<string, string>;
  payload: string;
}

interface StreamInfo {
  config: Record<string, unknown>;
  state: { first_seq: number; last_seq: number };
}

/** How far a consumer is; `delivered` counts per delivery and per message: the difference is what was delivered again. */
export interface ConsumerInfo {
  num_pending: number;
  num_ack_pending: number;
  /** Pull requests that wait for facts. */
  num_waiting: number;
  delivered: { consumer_seq: number; stream_seq: number };
}

const REMEMBERED_MS = 100;

/** The bus in the hands of somebody who may do everything: looks into streams, and does to them what no service would. */
export class FactBus {
  private constructor(private readonly bus: Bus) {}

  static async connect({ parts }: Platform): Promise<FactBus> {
    const { AMPLINE_NATS_URL: url = '', AMPLINE_SECRET: password = '' } = parts.env;
    return new FactBus(await Bus.connect({ url, name: 'journey', user: BUS_ADMIN, password }, testTelemetry('journey', { spans: false })));
  }

  /** Everything a stream holds, in its order. */
  async read(stream: string): Promise<StreamedFact[]> {
    const { state } = await this.api<StreamInfo>(`STREAM.INFO.${stream}`);
    const seqs = Array.from({ length: state.last_seq - state.first_seq + 1 }, (_, i) => state.first_seq + i);
    return Promise.all(
      seqs.map(async (seq) => {
        const { message } = await this.api<{ message: { subject: string; hdrs: string; data: string } }>(`STREAM.MSG.GET.${stream}`, {
          seq,
        });
        return { subject: message.subject, headers: headersOf(message.hdrs), payload: Buffer.from(message.data, 'base64').toString() };
      }),
    );
  }

  /** Replaces a stream by a new one of the same name that holds these facts in this order, each as often as it is named. */
  async remake(stream: string, facts: readonly StreamedFact[]): Promise<void> {
    const { config } = await this.api<StreamInfo>(`STREAM.INFO.${stream}`);
    await this.api(`STREAM.DELETE.${stream}`);
    await this.api(`STREAM.CREATE.${stream}`, { ...config, duplicate_window: REMEMBERED_MS * 1_000_000 });
    for (const fact of facts) while ((await this.publish(fact)).duplicate);
  }

  /** Puts a fact into the stream that takes its subject. */
  async publish({ subject, headers, payload }: StreamedFact): Promise<{ duplicate?: boolean }> {
    const reply = await this.bus.request(subject, payload, { timeoutMs: 5_000, headers });
    return JSON.parse(reply.body) as { duplicate?: boolean };
  }

  consumer(stream: string, durable: string): Promise<ConsumerInfo> {
    return this.api<ConsumerInfo>(`CONSUMER.INFO.${stream}.${durable}`);
  }

  close(): Promise<void> {
    return this.bus.close();
  }

  private async api<T>(verb: string, body: object = {}): Promise<T> {
    const reply = await this.bus.request(`$JS.API.${verb}`, JSON.stringify(body), { timeoutMs: 5_000 });
    const answer = JSON.parse(reply.body) as T & { error?: { description: string } };
    if (answer.error) throw new Error(`${verb}: ${answer.error.description}`);
    return answer;
  }
}

function headersOf(base64: string): Record<string, string> {
  const [, ...lines] = Buffer.from(base64, 'base64').toString().trim().split('\r\n');
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]));
}
