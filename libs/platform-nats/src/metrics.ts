import type { Attributes, Counter, Histogram, Meter } from '@opentelemetry/api';

const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** The first two tokens of a subject: few enough to be a metric label (`ocpp.call.acme.S1.Heartbeat` → `ocpp.call`). */
export function subjectFamily(subject: string): string {
  const first = subject.indexOf('.');
  const second = first < 0 ? -1 : subject.indexOf('.', first + 1);
  return second < 0 ? subject : subject.slice(0, second);
}

export type RequestResult = 'ok' | 'retry' | 'error' | 'no-responders' | 'timeout' | 'disconnected';
export type HandleResult = 'ok' | 'error' | 'shed';

/** Instruments of one connection; label sets are made once per family and result. */
export class BusMetrics {
  readonly reconnects: Counter;
  readonly dropped: Counter;
  private readonly requestSeconds: Histogram;
  private readonly handleSeconds: Histogram;
  private readonly labels = new Map<string, Map<string, Attributes>>();

  constructor(meter: Meter) {
    const histogram = (name: string, description: string) =>
      meter.createHistogram(name, { description, unit: 's', advice: { explicitBucketBoundaries: SECONDS } });
    this.requestSeconds = histogram('bus_request_duration_seconds', 'Time from request to reply, by subject family and result.');
    this.handleSeconds = histogram(
      'bus_handle_duration_seconds',
      'Time a handler took, by subject family and result; `shed` was never begun.',
    );
    this.reconnects = meter.createCounter('bus_reconnects', { description: 'Times the connection came back.' });
    this.dropped = meter.createCounter('bus_publishes_dropped', { description: 'Messages without reply that had no connection to go to.' });
  }

  requested(subject: string, result: RequestResult, startedAtMs: number): void {
    this.requestSeconds.record((performance.now() - startedAtMs) / 1000, this.labelsOf(subject, result));
  }

  handled(subject: string, result: HandleResult, startedAtMs: number): void {
    this.handleSeconds.record((performance.now() - startedAtMs) / 1000, this.labelsOf(subject, result));
  }

  private labelsOf(subject: string, result: string): Attributes {
    const family = subjectFamily(subject);
    let results = this.labels.get(family);
    if (!results) this.labels.set(family, (results = new Map<string, Attributes>()));
    let labels = results.get(result);
    if (!labels) results.set(result, (labels = { family, result }));
    return labels;
  }
}
