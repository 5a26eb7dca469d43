import { describe, expect, it } from '@jest/globals';
import type { SocketReport } from '@ampline/contracts';
import { ReportQueue } from './report-queue.js';

const at = '2026-01-01T00:00:00.000Z';
const from = { gatewayId: 'g', gatewayInstance: 'i', tenantId: 't', at };
const opened = (stationId: string, epoch: number): SocketReport => ({
  kind: 'opened',
  ...from,
  stationId,
  epoch,
  remoteAddress: '::1',
  subprotocol: 'ocpp1.6',
});
const closed = (stationId: string, epoch: number): SocketReport => ({ kind: 'closed', ...from, stationId, epoch, code: 1006, reason: '' });

describe('ReportQueue', () => {
  it('keeps the newest of each station, whatever order the events came in', () => {
    const queue = new ReportQueue(10);
    queue.put(opened('a', 1));
    queue.put(opened('a', 2));
    queue.put(closed('a', 1));
    expect(queue.size).toBe(1);
    expect(queue.take(9)).toEqual([opened('a', 2)]);
    queue.put(opened('b', 1));
    queue.put(closed('b', 1));
    queue.put(opened('b', 1));
    expect(queue.take(9)).toEqual([closed('b', 1)]);
  });

  it('gives out one report of a station at a time', () => {
    const queue = new ReportQueue(10);
    queue.put(opened('a', 1));
    const first = queue.take(9);
    queue.put(closed('a', 1));
    queue.put(opened('b', 1));
    expect(queue.take(9)).toEqual([opened('b', 1)]);
    expect(queue.take(9)).toEqual([]);
    queue.done(first);
    expect(queue.take(9)).toEqual([closed('a', 1)]);
  });

  it('gives out no more than it is asked for, the longest waiting first', () => {
    const queue = new ReportQueue(10);
    for (const station of ['a', 'b', 'c']) queue.put(opened(station, 1));
    expect(queue.take(2)).toEqual([opened('a', 1), opened('b', 1)]);
    expect(queue.take(2)).toEqual([opened('c', 1)]);
  });

  it('offers a failed report again unless a newer one waits', () => {
    const queue = new ReportQueue(10);
    queue.put(opened('a', 1));
    queue.failed(queue.take(9));
    const again = queue.take(9);
    expect(again).toEqual([opened('a', 1)]);
    queue.put(closed('a', 1));
    queue.failed(again);
    expect(queue.take(9)).toEqual([closed('a', 1)]);
  });

  it('is bounded by stations, and still takes newer reports of those it has', () => {
    const queue = new ReportQueue(1);
    expect(queue.put(opened('a', 1))).toBe(true);
    expect(queue.put(opened('b', 1))).toBe(false);
    expect(queue.put(closed('a', 1))).toBe(true);
  });
});
