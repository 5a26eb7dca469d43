import type { Clock } from '@ampline/kernel-time';
import type { Logger } from '@ampline/platform-telemetry';

interface Window {
  endsMs: number;
  lines: number;
  suppressed: number;
}

/** A log that ten thousand misbehaving stations cannot flood: so many lines of one event in a second, the rest are counted. */
export class BoundedLog {
  private readonly windows = new Map<string, Window>();

  constructor(
    private readonly logger: Logger,
    private readonly clock: Clock,
    private readonly perSecond: number,
  ) {}

  debug(event: string, fields: object): void {
    this.write('debug', event, fields);
  }

  info(event: string, fields: object): void {
    this.write('info', event, fields);
  }

  warn(event: string, fields: object, error?: unknown): void {
    this.write('warn', event, fields, error);
  }

  error(event: string, fields: object, error?: unknown): void {
    this.write('error', event, fields, error);
  }

  private write(level: 'debug' | 'info' | 'warn' | 'error', event: string, fields: object, error?: unknown): void {
    const window = this.windowOf(event);
    if (window.lines >= this.perSecond) {
      window.suppressed += 1;
      return;
    }
    window.lines += 1;
    const suppressed = window.suppressed;
    window.suppressed = 0;
    this.logger[level](event, suppressed === 0 ? fields : { ...fields, suppressed }, error);
  }

  /** Event names are ours and few: the map needs no bound. */
  private windowOf(event: string): Window {
    const nowMs = this.clock.monotonicMs();
    let window = this.windows.get(event);
    if (!window) this.windows.set(event, (window = { endsMs: nowMs + 1_000, lines: 0, suppressed: 0 }));
    if (nowMs >= window.endsMs) {
      window.endsMs = nowMs + 1_000;
      window.lines = 0;
    }
    return window;
  }
}
