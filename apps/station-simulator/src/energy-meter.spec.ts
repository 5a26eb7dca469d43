import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { EnergyMeter } from './energy-meter.js';

const CAR = { capacityWh: 60_000, stateOfCharge: 0.2, maxPowerW: 11_000 };

describe('EnergyMeter', () => {
  it('adds what the car takes: an hour at 11 kW is 11 kWh less the ramp at the begin', () => {
    const meter = new EnergyMeter(1_000, 22_000, 1);
    meter.close(0, CAR);
    meter.advance(3_600_000);
    expect(meter.registerWh - 1_000).toBeGreaterThanOrEqual(10_980);
    expect(meter.registerWh - 1_000).toBeLessThanOrEqual(11_000);
    expect(meter.powerW).toBe(11_000);
    expect(meter.stateOfChargePercent).toBe(38);
  });

  it('is limited by the EVSE, tapers towards a full battery, and stops there', () => {
    const meter = new EnergyMeter(0, 7_000, 1);
    meter.close(0, { ...CAR, stateOfCharge: 0.85 });
    meter.advance(60_000);
    expect(meter.powerW).toBeLessThan(7_000);
    meter.advance(10 * 3_600_000);
    expect(meter.vehicleIsFull).toBe(true);
    expect(meter.powerW).toBe(0);
    expect(meter.registerWh).toBeLessThanOrEqual(60_000 * 0.15);
  });

  it('takes nothing while no car is connected', () => {
    const meter = new EnergyMeter(500, 22_000, 1);
    meter.advance(3_600_000);
    meter.close(3_600_000, CAR);
    meter.open(3_600_000);
    meter.advance(7_200_000);
    expect(meter.registerWh).toBe(500);
  });

  it('charges faster when time does', () => {
    const [slow, fast] = [new EnergyMeter(0, 22_000, 1), new EnergyMeter(0, 22_000, 10)];
    for (const meter of [slow, fast]) meter.close(0, CAR);
    slow.advance(600_000);
    fast.advance(60_000);
    expect(Math.abs(fast.registerWh - slow.registerWh)).toBeLessThan(30);
  });

  it('never goes back, and the differences of its readings add up to the whole, exactly', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 400_000 })), { maxLength: 30 }), (steps) => {
        const meter = new EnergyMeter(12_345, 22_000, 1);
        const readings = [meter.registerWh];
        let now = 0;
        for (const [connected, lasts] of steps) {
          if (connected) meter.close(now, CAR);
          now += lasts;
          meter.open(now);
          readings.push(meter.registerWh);
        }
        const differences = readings.slice(1).map((reading, i) => reading - (readings[i] ?? 0));
        expect(differences.every((wh) => Number.isInteger(wh) && wh >= 0)).toBe(true);
        expect(differences.reduce((sum, wh) => sum + wh, 12_345)).toBe(meter.registerWh);
      }),
      { numRuns: 50 },
    );
  });
});
