import { systemTimers, type TimerHandle } from '@ampline/kernel-time';
import { sqlState } from '@ampline/platform-postgres';
import type { ServiceRuntime } from '@ampline/platform-runner';
import type { BackgroundPart } from './background-part.js';

const COUNT_EVERY_MS = 30_000;

/** A gauge of how many rows there are in the installation, counted every half minute. `sql` selects one column `rows`. */
export function observeRows(
  { database, telemetry }: Pick<ServiceRuntime<object>, 'database' | 'telemetry'>,
  o: { name: string; description: string; sql: string },
): BackgroundPart {
  const gauge = telemetry.meter.createObservableGauge(o.name, { description: o.description });
  let rows: number | undefined;
  let timer: TimerHandle | undefined;
  let counting: Promise<void> = Promise.resolve();
  let stopped = false;
  gauge.addCallback((result) => {
    if (rows !== undefined) result.observe(rows);
  });
  const count = async (): Promise<void> => {
    try {
      rows = (await database.query<{ rows: number }>(o.sql))[0]?.rows;
    } catch (error) {
      rows = undefined;
      telemetry.logger.debug('metrics.not-counted', { metric: o.name, sqlState: sqlState(error) });
    }
    if (!stopped) timer = systemTimers.setTimeout(begin, COUNT_EVERY_MS);
  };
  const begin = (): void => void (counting = count());
  return {
    start: begin,
    stop: async () => {
      stopped = true;
      if (timer !== undefined) systemTimers.clear(timer);
      await counting;
    },
  };
}
