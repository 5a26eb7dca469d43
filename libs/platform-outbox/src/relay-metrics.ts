import type { Counter } from '@opentelemetry/api';
import type { Telemetry } from '@ampline/platform-telemetry';

/** What a relay tells of itself. The lag is observed only by the relay that holds the lease. */
export class RelayMetrics {
  readonly published: Counter;
  readonly republished: Counter;
  readonly failures: Counter;
  private lag: { rows: number; seconds: number } | undefined;

  constructor(telemetry: Telemetry, context: string) {
    const { meter } = telemetry;
    this.published = meter.createCounter('outbox_published', { description: 'Facts published for the first time.' });
    this.republished = meter.createCounter('outbox_republished', { description: 'Facts published again because the stream lacked them.' });
    this.failures = meter.createCounter('outbox_publish_failures', { description: 'Batches that the stream did not take as a whole.' });
    meter
      .createObservableGauge('outbox_lag_seconds', { description: 'Age of the oldest unpublished fact.', unit: 's' })
      .addCallback((gauge) => {
        if (this.lag) gauge.observe(this.lag.seconds, { context });
      });
    meter
      .createObservableGauge('outbox_unpublished', { description: 'Facts that wait for publication, counted up to 10,000.' })
      .addCallback((gauge) => {
        if (this.lag) gauge.observe(this.lag.rows, { context });
      });
  }

  observe(lag: { rows: number; seconds: number } | undefined): void {
    this.lag = lag;
  }
}
