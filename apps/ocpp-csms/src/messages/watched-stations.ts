import { LiveSubject, WATCH_LASTS_MS, type MessageTelemetry } from '@ampline/contracts';
import { fromSubjectToken } from '@ampline/kernel-ids';
import type { Clock } from '@ampline/kernel-time';
import type { Bus, Served } from '@ampline/platform-nats';
import type { Tx } from '@ampline/platform-postgres';

/** A message that is being archived, of a station as subjects name it. */
export interface ArchivedMessage {
  /** Slug. */
  tenant: string;
  /** OCPP identity. */
  station: string;
  telemetry: MessageTelemetry;
}

const MOST_WATCHED = 10_000;
const MOST_FRAME_BYTES = 65_536;

/**
 * Which stations somebody watches, and their messages told to whoever does. Every replica hears every wish: any of them may take in the
 * next message. For a station that nobody watches it costs one look into a map.
 */
export class WatchedStations {
  /** By tenant and identity, until when by our clock. */
  private readonly until = new Map<string, number>();
  private served: Served | undefined;

  constructor(
    private readonly bus: Bus,
    private readonly clock: Clock,
  ) {}

  start(): void {
    this.served ??= this.bus.serve(LiveSubject.allMessageWatches, {}, ({ subject }) => Promise.resolve(this.watch(subject)));
  }

  async stop(): Promise<void> {
    await this.served?.drain();
    this.served = undefined;
  }

  isWatched(tenant: string, station: string): boolean {
    if (this.until.size === 0) return false;
    const until = this.until.get(keyOf(tenant, station));
    return until !== undefined && until > this.clock.monotonicMs();
  }

  /** Told after the commit of `tx`; `messages` are of watched stations. */
  tell(tx: Tx, messages: readonly ArchivedMessage[]): void {
    if (messages.length === 0) return;
    tx.onCommit(() => {
      for (const { tenant, station, telemetry } of messages) {
        const { requestFrame, responseFrame } = telemetry;
        const body: MessageTelemetry = { ...telemetry, requestFrame: cut(requestFrame), responseFrame: cut(responseFrame) };
        this.bus.publish(LiveSubject.message(tenant, station), JSON.stringify(body));
      }
    });
  }

  private watch(subject: string): void {
    const [, , tenant, station] = subject.split('.').map(fromSubjectToken);
    if (tenant === undefined || station === undefined) return;
    const now = this.clock.monotonicMs();
    for (const [key, until] of this.until) if (until <= now) this.until.delete(key);
    const key = keyOf(tenant, station);
    if (this.until.size < MOST_WATCHED || this.until.has(key)) this.until.set(key, now + WATCH_LASTS_MS);
  }
}

function keyOf(tenant: string, station: string): string {
  return `${tenant}/${station}`;
}

function cut(frame: string): string {
  if (Buffer.byteLength(frame) <= MOST_FRAME_BYTES) return frame;
  // A character that the cut went through would be longer as a replacement character than what was left of it.
  return Buffer.from(frame)
    .subarray(0, MOST_FRAME_BYTES)
    .toString()
    .replace(/\uFFFD$/, '');
}
