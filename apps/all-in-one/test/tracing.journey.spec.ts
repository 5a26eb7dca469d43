import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '@ampline/platform-testing';
import { furnish, PASSWORD, Platform } from './support/platform.js';
import { RawStation } from './support/raw-station.js';

describe('one trace', () => {
  let platform: Platform;
  beforeAll(async () => {
    platform = await Platform.start({ shape: 'all' });
    await furnish(platform, { stations: 1 });
    const station = await RawStation.connect({ url: platform.ocppUrl(), identity: 'ST-1', password: PASSWORD });
    await station.ask('StartTransaction', { connectorId: 1, idTag: 'DEMO-OK-1', meterStart: 0, timestamp: new Date().toISOString() });
    await station.close();
  }, 60_000);
  afterAll(() => platform.stop(), 60_000);

  const spansOf = (traceId: string) =>
    [...platform.services].flatMap(([service, telemetry]) =>
      telemetry.spans.filter((span) => span.spanContext().traceId === traceId).map((span) => ({ service, name: span.name })),
    );

  it('leads from the frame on the socket over the bus, the database and the outbox to the read model', async () => {
    const frame = await eventually(() =>
      platform.services.get('ocpp-gateway')?.spans.find((span) => span.name.includes('StartTransaction')),
    );
    const { traceId } = frame.spanContext();
    await eventually(() => spansOf(traceId).some(({ service }) => service === 'session-export'));
    const spans = spansOf(traceId);
    expect(new Set(spans.map(({ service }) => service))).toEqual(new Set(['ocpp-gateway', 'ocpp-csms', 'session-export']));
    expect(spans.some(({ service, name }) => service === 'ocpp-csms' && name === 'transaction')).toBe(true);
    expect(spans.some(({ service, name }) => service === 'session-export' && name === 'transaction')).toBe(true);
  });

  it('is joined by metrics of sockets, calls, latencies and the outbox', async () => {
    const text = await (await fetch(`http://127.0.0.1:${platform.all?.opsPort}/metrics`)).text();
    for (const family of ['ocpp_sockets', 'ocpp_calls_total', 'ocpp_call_duration', 'outbox_lag']) expect(text).toContain(family);
  });
});
