import { describe, expect, it } from '@jest/globals';
import { ReportQueue, type SocketReport } from './report-queue.js';

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
    expect(queue.take()).toEqual(opened('a', 2));
    queue.put(opened('b', 1));
    queue.put(closed('b', 1));
    queue.put(opened('b', 1));
    expect(queue.take()).toEqual(closed('b', 1));
  });

  it('gives out one report of a station at a time', () => {
    const queue = new ReportQueue(10);
    queue.put(opened('a', 1));
    const first = queue.take() as SocketReport;
    queue.put(closed('a', 1));
    queue.put(opened('b', 1));
    expect(queue.take()).toEqual(opened('b', 1));
    expect(queue.take()).toBeUndefined();
    queue.done(first);
    expect(queue.take()).toEqual(closed('a', 1));
  });

  it('offers a failed report again unless a newer one waits', () => {
    const queue = new ReportQueue(10);
    queue.put(opened('a', 1));
    queue.failed(queue.take() as SocketReport);
    const again = queue.take() as SocketReport;
    expect(again).toEqual(opened('a', 1));
    queue.put(closed('a', 1));
    queue.failed(again);
    expect(queue.take()).toEqual(closed('a', 1));
  });

  it('is bounded by stations, and still takes newer reports of those it has', () => {
    const queue = new ReportQueue(1);
    expect(queue.put(opened('a', 1))).toBe(true);
    expect(queue.put(opened('b', 1))).toBe(false);
    expect(queue.put(closed('a', 1))).toBe(true);
  });
});
