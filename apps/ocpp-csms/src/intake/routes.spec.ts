import { describe, expect, it } from '@jest/globals';
import { systemClock, systemTimers } from '@ampline/kernel-time';
import { OCPP16_ACTIONS } from '@ampline/protocol-ocpp';
import { GroupCommit } from '../metering/group-commit.js';
import type { BatchItem } from '../metering/meter-batch.js';
import { AfterBoot } from './after-boot.js';
import { BatchIntake } from './batch-intake.js';
import { routes } from './routes.js';

class Nothing extends AfterBoot {
  stationBooted(): void {}
}

describe('the route table', () => {
  it('has one handler for each action that a station may send, and for no other', () => {
    const writer = new GroupCommit<BatchItem>({ batchSize: 1, delayMs: 0, inFlight: 1, commit: async () => {}, timers: systemTimers });
    const table = routes({
      batch: new BatchIntake(writer, systemClock),
      interval: { heartbeatIntervalS: 300, heartbeatJitterPercent: 0 },
      afterBoot: new Nothing(),
    });
    const inbound = Object.entries(OCPP16_ACTIONS).filter(([, { direction }]) => direction !== 'to-station');
    expect(Object.keys(table).sort()).toEqual(inbound.map(([action]) => action).sort());
    const handlers = Object.values(table).map((route) => (route.kind === 'serial' ? route.handle : route.take));
    expect(new Set(handlers).size).toBe(handlers.length);
  });
});
