import { describe, expect, it } from '@jest/globals';
import { activeTraceparent, contextOf, createTelemetry, inSpan } from './telemetry.js';
import { testTelemetry } from './test-telemetry.js';

describe('telemetry', () => {
  it('writes one JSON line per event, with the trace it belongs to', async () => {
    const telemetry = testTelemetry('billing');
    await inSpan(telemetry.tracer, 'work', {}, () => Promise.resolve(telemetry.logger.info('invoice.issued', { count: 2 })));
    expect(telemetry.lines).toHaveLength(1);
    expect(telemetry.lines[0]).toMatchObject({ level: 'info', service: 'billing', event: 'invoice.issued', count: 2 });
    expect(telemetry.lines[0]?.['traceId']).toBe(telemetry.spans[0]?.spanContext().traceId);
  });

  it('never lets a secret into a line', () => {
    const telemetry = testTelemetry('csms');
    telemetry.logger.info('station.authorised', {
      idToken: 'CARD-4711',
      station: { password: 'hunter2' },
      nested: { deep: { idTag: 'CARD-4711' } },
    });
    expect(JSON.stringify(telemetry.lines)).not.toMatch(/CARD-4711|hunter2/);
  });

  it('tells an error by name, code and message', () => {
    const telemetry = testTelemetry('csms');
    telemetry.logger.error('relay.failed', { subject: 's' }, Object.assign(new Error('no'), { code: 'bus.timeout' }));
    expect(telemetry.lines[0]).toMatchObject({ level: 'error', error: { message: 'no', code: 'bus.timeout' } });
  });

  it('continues a trace that came as text', async () => {
    const a = testTelemetry('a');
    const b = testTelemetry('b');
    const traceparent = await inSpan(a.tracer, 'send', {}, () => Promise.resolve(activeTraceparent()));
    await inSpan(b.tracer, 'receive', { parent: contextOf(traceparent) }, () => Promise.resolve());
    expect(b.spans[0]?.spanContext().traceId).toBe(a.spans[0]?.spanContext().traceId);
    expect(b.spans[0]?.parentSpanContext?.spanId).toBe(a.spans[0]?.spanContext().spanId);
  });

  it('marks the span of a thrown error and passes the error on', async () => {
    const telemetry = testTelemetry('a');
    await expect(inSpan(telemetry.tracer, 'work', {}, () => Promise.reject(new TypeError('no')))).rejects.toThrow('no');
    expect(telemetry.spans[0]?.status).toMatchObject({ code: 2, message: 'TypeError' });
  });

  it('keeps the metrics of two services of one process apart', async () => {
    const a = createTelemetry({ service: 'a' });
    const b = createTelemetry({ service: 'b' });
    a.meter.createCounter('calls').add(3);
    expect(await a.metricsText()).toMatch(/^calls_total(\{.*\})? 3/m);
    expect(await b.metricsText()).not.toMatch(/calls/);
  });
});
