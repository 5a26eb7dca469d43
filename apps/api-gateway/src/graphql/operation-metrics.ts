import type { Telemetry } from '@ampline/platform-telemetry';

/** `refused`: nothing was executed. `partial`: some fields failed. */
export type OperationOutcome = 'ok' | 'partial' | 'failed' | 'refused';

/** Most names that are told apart; callers choose them. */
const MOST_NAMES = 200;
const NAME = /^\w{1,60}$/;

/** Counts and times operations by name, type and outcome. */
export class OperationMetrics {
  private readonly durations;
  private readonly names = new Set<string>();

  constructor({ meter }: Pick<Telemetry, 'meter'>) {
    this.durations = meter.createHistogram('api_operation_duration_ms', {
      unit: 'ms',
      description: 'Time to serve a GraphQL operation over HTTP, by name, type and outcome.',
    });
  }

  record(o: { name: string; type: string; outcome: OperationOutcome; begun: number }): void {
    const { type, outcome } = o;
    this.durations.record(performance.now() - o.begun, { operation: this.label(o.name), type, outcome });
  }

  private label(name: string): string {
    if (this.names.has(name)) return name;
    if (!NAME.test(name) || this.names.size >= MOST_NAMES) return 'other';
    this.names.add(name);
    return name;
  }
}
