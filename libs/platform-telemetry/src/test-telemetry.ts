import { Writable } from 'node:stream';
import { InMemorySpanExporter, SimpleSpanProcessor, type ReadableSpan } from '@opentelemetry/sdk-trace';
import { createTelemetry, enableContext, type Telemetry } from './telemetry.js';

/** Telemetry that keeps its spans and log lines for a test to read. */
export interface TestTelemetry extends Telemetry {
  readonly spans: ReadableSpan[];
  readonly lines: Record<string, unknown>[];
}

/** Real telemetry whose ends are kept in memory. */
export function testTelemetry(service: string, o: { logLevel?: string; spans?: boolean } = {}): TestTelemetry {
  enableContext();
  const exporter = new InMemorySpanExporter();
  const lines: Record<string, unknown>[] = [];
  const logDestination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      for (const line of chunk.toString('utf8').split('\n')) if (line) lines.push(JSON.parse(line) as Record<string, unknown>);
      done();
    },
  });
  const telemetry = createTelemetry({
    service,
    logDestination,
    logLevel: o.logLevel ?? 'debug',
    spanProcessors: o.spans === false ? [] : [new SimpleSpanProcessor({ exporter })],
  });
  return Object.defineProperty(Object.assign(telemetry, { lines, spans: [] as ReadableSpan[] }), 'spans', {
    get: () => exporter.getFinishedSpans(),
  });
}
