import { BEAT_EVERY_MS, LiveSubject, type ServiceBeat } from '@ampline/contracts';
import type { ServiceRuntime } from './service-definition.js';

/** Tells on the bus that a replica is alive and whether it is ready: what people's screens are told of outages by. */
export class Beat {
  private timer: NodeJS.Timeout | undefined;
  private left = false;
  private readonly startedAt: string;

  constructor(private readonly runtime: Pick<ServiceRuntime, 'name' | 'instance' | 'bus' | 'readiness' | 'clock' | 'telemetry'>) {
    this.startedAt = runtime.clock.now().toISOString();
  }

  start(): void {
    this.tell();
    this.timer = setInterval(() => this.tell(), BEAT_EVERY_MS);
    this.timer.unref();
  }

  /** Tells once more, that it leaves. */
  stop(): Promise<void> {
    clearInterval(this.timer);
    this.left = true;
    this.publish({ ready: false, parts: {}, leaving: true });
    return Promise.resolve();
  }

  private tell(): void {
    this.runtime.readiness.report().then(
      (report) => {
        // A report that took its time must not bring back to life who has left.
        if (!this.left) this.publish(report);
      },
      (error: unknown) => this.runtime.telemetry.logger.warn('beat.failed', {}, error),
    );
  }

  private publish(report: Pick<ServiceBeat, 'ready' | 'parts' | 'leaving'>): void {
    const { name: service, instance, bus } = this.runtime;
    // What is published while disconnected would arrive late, and then be wrong.
    if (!bus.connected) return;
    const beat: ServiceBeat = { service, instance, startedAt: this.startedAt, ...report };
    bus.publish(LiveSubject.beat(service), JSON.stringify(beat));
  }
}
