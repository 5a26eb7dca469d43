import { createHmac } from 'node:crypto';
import { StationPathHeader, StationPathSubject } from '@ampline/contracts';
import { fromSubjectToken } from '@ampline/kernel-ids';
import type { Clock } from '@ampline/kernel-time';
import type { Bus, Incoming, Outgoing, Served } from '@ampline/platform-nats';
import type { Database } from '@ampline/platform-postgres';
import type { Telemetry } from '@ampline/platform-telemetry';
import type { OutsideSecrets } from './outside-secrets.js';

const AT_ONCE = 500;
/** Less than a gateway waits for one try. */
const ANSWER_WITHIN_MS = 4_500;
const LARGEST_ANSWER = 262_144;
const RETRY: Outgoing = { body: '', headers: { [StationPathHeader.retry]: 'true' } };
const CARRIED = [
  StationPathHeader.callId,
  StationPathHeader.receivedAt,
  StationPathHeader.stationId,
  StationPathHeader.epoch,
  StationPathHeader.messageId,
  StationPathHeader.deadline,
];
const BACK_END = `
  SELECT b.back_end_id, b.generation, b.url FROM back_end b JOIN tenant t USING (tenant_id)
   WHERE t.slug = $1 AND b.name = $2 AND b.kind = 'http'`;

interface Target {
  back_end_id: string;
  generation: number;
  url: string;
}

/**
 * Calls of stations whose back end is reached over HTTP: posted with a signature, answered with what it answers. Whatever is no answer
 * (no connection, too late, a status that is not 200) is an outage: the gateway asks again with the same call id, as it does of csms.
 */
export class Webhooks {
  private served: Served | undefined;

  constructor(
    private readonly o: { bus: Bus; db: Database; secrets: OutsideSecrets; clock: Clock },
    private readonly telemetry: Telemetry,
  ) {}

  start(): void {
    const options = { queue: 'csms', concurrency: AT_ONCE, spanName: 'ocpp.webhook' };
    this.served ??= this.o.bus.serve(StationPathSubject.allWebhooks, options, (message) => this.take(message));
  }

  async stop(): Promise<void> {
    await this.served?.drain();
    this.served = undefined;
  }

  private async take(message: Incoming): Promise<Outgoing> {
    const [, , name = '', tenant = '', station = '', action = ''] = message.subject.split('.').map(fromSubjectToken);
    const [target] = await this.o.db.query<Target>(BACK_END, [tenant, name]);
    // Removed a moment ago: the gateway is told where else to go.
    if (!target) return RETRY;
    try {
      return await this.post(target, message, {
        'Ampline-Tenant': tenant,
        'Ampline-Station': encodeURIComponent(station),
        'Ampline-Action': encodeURIComponent(action),
      });
    } catch (error) {
      this.telemetry.logger.warn('webhook.failed', { backEnd: name, tenant, station, action, reason: reasonOf(error) });
      return RETRY;
    }
  }

  private async post({ back_end_id: id, generation, url }: Target, message: Incoming, names: Record<string, string>): Promise<Outgoing> {
    const timestamp = String(Math.floor(this.o.clock.now().getTime() / 1_000));
    const key = this.o.secrets.backEndSecret(id, generation);
    const signature = createHmac('sha256', key).update(`${timestamp}.${message.body}`).digest('hex');
    const carried = CARRIED.flatMap((header) => {
      const value = message.headers(header);
      return value === undefined ? [] : [[header, value] as const];
    });
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'error',
      body: message.body,
      headers: {
        ...Object.fromEntries(carried),
        ...names,
        'Content-Type': 'application/json',
        'Ampline-Timestamp': timestamp,
        'Ampline-Signature': `sha256=${signature}`,
      },
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    if (response.status !== 200) {
      await response.body?.cancel();
      throw new Error(`status ${response.status}`);
    }
    const body = await bounded(response);
    const error = response.headers.get(StationPathHeader.callError);
    return { body, ...(error !== null && { headers: { [StationPathHeader.callError]: error } }) };
  }
}

async function bounded(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += (chunk as Uint8Array).length;
    if (size > LARGEST_ANSWER) throw new Error('the answer is too large');
    chunks.push(chunk as Uint8Array);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return error.cause instanceof Error ? error.cause.message : error.message;
}
