import type { Counter } from '@opentelemetry/api';
import type { Telemetry } from '@ampline/platform-telemetry';
import { Alarm } from './alarm.js';
import type { Inbox } from './inbox.js';

const MEASURE_EVERY_MS = 10_000;
const PRUNE_EVERY_MS = 3_600_000;

/** Metrics of a consumer, and the forgetting of what can not come again. Any number of replicas may do it. */
export class ConsumerUpkeep {
  readonly handled: Counter;
  private parked: { poison: number; waiting: number } | undefined;
  private behind: number | undefined;
  private nextPruneAt = 0;
  private running: Promise<void> = Promise.resolve();
  private readonly alarm = new Alarm();
  private readonly stopping = new AbortController();

  constructor(
    private readonly telemetry: Telemetry,
    private readonly context: string,
    private readonly inbox: Inbox,
    private readonly lag: () => Promise<number>,
  ) {
    const { meter } = telemetry;
    this.handled = meter.createCounter('facts_handled', {
      description: 'Facts by context and result: applied, failed, parked, unreadable.',
    });
    meter
      .createObservableGauge('facts_parked', { description: 'Facts that could not be applied (poison) and those that wait behind them.' })
      .addCallback((gauge) => {
        if (!this.parked) return;
        gauge.observe(this.parked.poison, { context, state: 'poison' });
        gauge.observe(this.parked.waiting, { context, state: 'waiting' });
      });
    meter
      .createObservableGauge('fact_consumer_lag', { description: 'Facts in the stream that this consumer has not acknowledged.' })
      .addCallback((gauge) => {
        if (this.behind !== undefined) gauge.observe(this.behind, { context });
      });
  }

  start(): void {
    this.running = this.loop(this.stopping.signal);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** Looks now instead of at the next turn. */
  look(): void {
    this.alarm.ring();
  }

  private async loop(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.turn();
      await this.alarm.wait(MEASURE_EVERY_MS, signal);
    }
  }

  private async turn(): Promise<void> {
    try {
      this.parked = await this.inbox.parkedCounts();
      if (performance.now() >= this.nextPruneAt) {
        await this.inbox.prune();
        this.nextPruneAt = performance.now() + PRUNE_EVERY_MS;
      }
      this.behind = await this.lag();
    } catch (error) {
      // Database or bus away: the next turn measures again; a stale figure would say that all is well.
      this.behind = undefined;
      this.telemetry.logger.debug('facts.not-measured', { context: this.context, error: error instanceof Error ? error.name : '' });
    }
  }
}
