import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SessionStatus } from '@ampline/contracts';
import { eventually } from '@ampline/platform-testing';
import { furnish, PASSWORD, Platform } from './support/platform.js';
import { RawStation } from './support/raw-station.js';

/** What happens to a frame that ends in a session record, from the socket to the row: service and span. */
const WAY = (action: string, verb: string) => [
  ['ocpp-gateway', `ocpp.frame ${action}`],
  ['ocpp-gateway', 'ocpp.call request'],
  ['ocpp-csms', 'ocpp.call'],
  ['ocpp-csms', 'transaction'],
  ['ocpp-csms', 'fact.csms request'],
  ['session-export', `csms.session.${verb}.v1 apply`],
  ['session-export', 'transaction'],
  ['session-export', 'INSERT session_record'],
];

describe('a session', () => {
  let platform: Platform;
  let station: RawStation;
  beforeAll(async () => {
    platform = await Platform.start({ shape: 'all' });
    const site = await furnish(platform, { stations: 1 });
    const doors = platform.doors();
    station = await RawStation.connect({ url: platform.ocppUrl(), identity: 'ST-1', password: PASSWORD });
    const start = { connectorId: 1, idTag: 'DEMO-OK-1', meterStart: 0, timestamp: new Date().toISOString() };
    await station.ask('Authorize', { idTag: 'DEMO-OK-1' });
    const { transactionId } = await station.ask('StartTransaction', start);
    await station.call('StartTransaction', { ...start, idTag: 'DEMO-OK-1', meterStart: 'much' });
    await station.ask('StopTransaction', { transactionId, meterStop: 10, idTag: 'DEMO-OK-1', timestamp: new Date().toISOString() });
    await eventually(async () => {
      const { records } = await doors.sessions.listSessions({ filter: { status: SessionStatus.COMPLETED } }, { tenantId: site.tenantId });
      return records.length === 1;
    });
  });
  afterAll(async () => {
    await station.close();
    await platform.stop();
  });

  const spans = () => [...platform.services].flatMap(([service, { spans }]) => spans.map((span) => ({ service, span })));

  it.each([
    ['StartTransaction', 'started'],
    ['StopTransaction', 'ended'],
  ])(
    'has one trace from the frame of its %s on the socket over the bus, the database and the outbox to the read model',
    async (action, verb) => {
      const frame = await eventually(() => spans().find(({ span }) => span.name === `ocpp.frame ${action}`));
      const { traceId } = frame.span.spanContext();
      const trace = () => spans().filter(({ span }) => span.spanContext().traceId === traceId);
      const record = await eventually(() => trace().find(({ span }) => span.name === 'INSERT session_record'));
      // Spans come to the exporter when they end: the outer ones last.
      await eventually(() => trace().some(({ service, span }) => service === 'session-export' && span.name.endsWith('apply')));
      const way: [string, string][] = [];
      for (let at: typeof record | undefined = record; at;) {
        way.unshift([at.service, at.span.name]);
        const parent: string | undefined = at.span.parentSpanContext?.spanId;
        at = trace().find(({ span }) => span.spanContext().spanId === parent);
      }
      expect(way).toEqual(WAY(action, verb));
      // The fact is written in the transaction that changed the session.
      const told = trace().find(({ span }) => span.name === 'INSERT outbox');
      const change = trace().find(({ service, span }) => service === 'ocpp-csms' && span.name === 'transaction');
      expect(told?.span.parentSpanContext?.spanId).toBe(change?.span.spanContext().spanId);
    },
  );

  it('is counted and timed on the way', async () => {
    const samples = await metrics(platform);
    expect(samples('ocpp_sockets', { protocol: 'ocpp1.6' })).toEqual([1]);
    expect(samples('ocpp_calls_total', { action: 'StartTransaction', result: 'result' })).toEqual([1]);
    expect(samples('ocpp_calls_total', { action: 'StartTransaction', result: 'call-error' })).toEqual([1]);
    expect(samples('ocpp_calls_total', { action: 'StopTransaction', result: 'result' })).toEqual([1]);
    expect(samples('ocpp_call_duration_seconds_count', { action: 'StartTransaction' })).toEqual([2]);
    expect(samples('ocpp_call_duration_seconds_bucket', { action: 'StartTransaction', le: '+Inf' })).toEqual([2]);
    expect(samples('bus_request_duration_seconds_count', { service: 'ocpp-gateway', family: 'ocpp.call', result: 'ok' })).toEqual([
      expect.any(Number),
    ]);
    expect(samples('db_transaction_duration_ms_count', { service: 'ocpp-csms', role: 'worker', outcome: 'committed' })).toEqual([
      expect.any(Number),
    ]);
    expect(samples('facts_handled_total', { service: 'session-export', context: 'csms', result: 'applied' })).toEqual([2]);
    expect(samples('outbox_lag_seconds', { context: 'csms' })).toEqual([expect.any(Number)]);
    expect(samples('outbox_lag_seconds', { context: 'accounts' })).toEqual([expect.any(Number)]);
  });

  it('leaves its id token in no log line, span or metric', async () => {
    const lines = [...platform.services.values()].flatMap((telemetry) => telemetry.lines);
    expect(lines.length).toBeGreaterThan(10);
    const told = spans().map(({ service, span }) => ({ service, name: span.name, attributes: span.attributes, events: span.events }));
    for (const one of [...lines, ...told]) expect(JSON.stringify(one)).not.toMatch(/DEMO-OK-1/i);
    expect(await metricsText(platform)).not.toMatch(/DEMO-OK-1/i);
  });
});

async function metricsText(platform: Platform): Promise<string> {
  return (await fetch(`http://127.0.0.1:${platform.all?.opsPort}/metrics`)).text();
}

/** The values of a metric's samples that carry these labels among theirs. */
async function metrics(platform: Platform): Promise<(name: string, labels: Record<string, string>) => number[]> {
  const lines = (await metricsText(platform)).split('\n');
  return (name, labels) =>
    lines
      .filter((line) => line.startsWith(`${name}{`) && Object.entries(labels).every(([key, value]) => line.includes(`${key}="${value}"`)))
      .map((line) => Number(line.split(' ').at(-1)));
}
