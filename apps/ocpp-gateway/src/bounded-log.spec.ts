import { describe, expect, it } from '@jest/globals';
import { ManualClock } from '@ampline/kernel-time';
import { testTelemetry } from '@ampline/platform-telemetry';
import { BoundedLog } from './bounded-log.js';

describe('BoundedLog', () => {
  it('writes so many lines of one event in a second and tells how many it kept back', () => {
    const clock = new ManualClock();
    const telemetry = testTelemetry('ocpp-gateway');
    const log = new BoundedLog(telemetry.logger, clock, 2);
    for (let i = 0; i < 5; i += 1) log.warn('admission.refused', { i });
    log.info('socket.opened', {});
    expect(telemetry.lines.map((line) => line['event'])).toEqual(['admission.refused', 'admission.refused', 'socket.opened']);
    clock.advance(1_000);
    log.warn('admission.refused', { i: 5 });
    expect(telemetry.lines.at(-1)).toMatchObject({ event: 'admission.refused', i: 5, suppressed: 3 });
  });
});
