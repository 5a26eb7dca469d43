import type { RequestOf } from '@ampline/protocol-ocpp';
import type { TimerHandle } from '@ampline/kernel-time';
import { register } from './meter-values.js';
import type { SimulatedEvse } from './simulated-evse.js';
import type { StationParts } from './station-parts.js';

/** Meter values of all connectors at the same moments of the day, with or without a transaction (OCPP 1.6, ClockAlignedDataInterval). */
export class ClockAlignedMeter {
  private timer: TimerHandle | undefined;

  constructor(
    private readonly parts: StationParts,
    private readonly evses: () => readonly SimulatedEvse[],
  ) {}

  /** Begins anew with the interval that is configured now; 0: none. */
  schedule(): void {
    this.end();
    const { configuration, pace, timers, clock } = this.parts;
    const everyMs = configuration.count('ClockAlignedDataInterval') * pace.secondMs;
    if (everyMs <= 0) return;
    // Moments are counted from midnight UTC, and a day holds a whole number of sensible intervals.
    const untilNextMs = everyMs - (clock.now().getTime() % everyMs);
    this.timer = timers.setTimeout(() => {
      this.sample();
      this.schedule();
    }, untilNextMs);
  }

  end(): void {
    if (this.timer !== undefined) this.parts.timers.clear(this.timer);
    this.timer = undefined;
  }

  private sample(): void {
    const evses = this.evses();
    for (const evse of evses) evse.sample('Sample.Clock');
    const { ledger, desk, stationClock, profile } = this.parts;
    const sum = register(
      evses.reduce((total, evse) => total + evse.meter.registerWh, 0),
      profile.quirks,
    );
    const meterValue = [{ timestamp: stationClock.timestamp(), sampledValue: [{ ...sum, context: 'Sample.Clock' as const }] }];
    desk.keep({ ledger: ledger.message('MeterValues'), payload: (): RequestOf<'MeterValues'> => ({ connectorId: 0, meterValue }) });
  }
}
