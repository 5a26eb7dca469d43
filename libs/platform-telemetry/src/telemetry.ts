import {
  context,
  propagation,
  ROOT_CONTEXT,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Attributes,
  type Context,
  type Link,
  type Meter,
  type Span,
  type SpanContext,
  type SpanKind,
  type Tracer,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
  type SpanProcessor,
} from '@opentelemetry/sdk-trace';
import { ATTR_SERVICE_NAME, ATTR_SERVICE_VERSION } from '@opentelemetry/semantic-conventions';
import { createLogger, type Logger } from './logger.js';

/** What one service uses to tell of itself. Each service of a process has its own: own resource, tracer, metrics registry, logger. */
export interface Telemetry {
  readonly service: string;
  readonly tracer: Tracer;
  readonly meter: Meter;
  readonly logger: Logger;
  /** Current metrics in Prometheus' text format. */
  metricsText(): Promise<string>;
  /** Sends what is buffered and stops. */
  shutdown(): Promise<void>;
}

export interface TelemetryOptions {
  service: string;
  version?: string;
  /** Base URL of an OTLP/HTTP collector, without `/v1/traces`. Absent: spans go nowhere. */
  otlpUrl?: string;
  /** Share of traces that are recorded, 0..1; default 1. */
  sampleRatio?: number;
  logLevel?: string;
  logDestination?: NodeJS.WritableStream;
  spanProcessors?: SpanProcessor[];
}

/** Makes context and W3C propagation work in this process. The only process-wide parts; calling it again changes nothing. */
export function enableContext(): void {
  const manager = new AsyncLocalStorageContextManager();
  if (context.setGlobalContextManager(manager)) manager.enable();
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
}

/** Telemetry of one service. */
export function createTelemetry(o: TelemetryOptions): Telemetry {
  const resource = resourceFromAttributes({ [ATTR_SERVICE_NAME]: o.service, [ATTR_SERVICE_VERSION]: o.version ?? '0.0.0' });
  const exporters = o.otlpUrl ? [new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url: `${o.otlpUrl}/v1/traces` }) })] : [];
  const spanProcessors = [...(o.spanProcessors ?? []), ...exporters];
  // With nobody to receive them, spans are not recorded at all: recording costs CPU on the path of every station call.
  const ratio = spanProcessors.length === 0 ? 0 : (o.sampleRatio ?? 1);
  const sampler = new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) });
  const traces = new TracerProvider({ resource, spanProcessors, sampler });
  const reader = new PrometheusExporter({ preventServerStart: true });
  const serializer = new PrometheusSerializer();
  const meters = new MeterProvider({ resource, readers: [reader] });
  return {
    service: o.service,
    tracer: traces.getTracer(o.service),
    meter: meters.getMeter(o.service),
    logger: createLogger({
      service: o.service,
      ...(o.logLevel ? { level: o.logLevel } : {}),
      ...(o.logDestination ? { destination: o.logDestination } : {}),
    }),
    metricsText: async () => serializer.serialize((await reader.collect()).resourceMetrics),
    shutdown: async () => {
      await traces.shutdown();
      await meters.shutdown();
    },
  };
}

/** Runs `run` in a span that ends with it; a thrown error marks the span and goes on to the caller. */
export async function inSpan<T>(
  tracer: Tracer,
  name: string,
  o: { kind?: SpanKind; attributes?: Attributes; links?: Link[]; parent?: Context },
  run: (span: Span) => Promise<T>,
): Promise<T> {
  const parent = o.parent ?? context.active();
  const span = tracer.startSpan(
    name,
    {
      ...(o.kind === undefined ? {} : { kind: o.kind }),
      ...(o.attributes ? { attributes: o.attributes } : {}),
      ...(o.links ? { links: o.links } : {}),
    },
    parent,
  );
  try {
    return await context.with(trace.setSpan(parent, span), () => run(span));
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR, message: error instanceof Error ? error.name : 'error' });
    throw error;
  } finally {
    span.end();
  }
}

/** The active trace as a W3C `traceparent`, or undefined outside a recorded trace. */
export function activeTraceparent(): string | undefined {
  const carrier: Record<string, string> = {};
  propagation.inject(context.active(), carrier);
  return carrier['traceparent'];
}

/** A context whose parent span is the one that `traceparent` names. */
export function contextOf(traceparent: string | undefined): Context {
  return traceparent ? propagation.extract(context.active(), { traceparent }) : context.active();
}

/** The span that `traceparent` names; undefined when it names none, or one of a trace that nobody records. */
export function recordedSpan(traceparent: string | undefined): SpanContext | undefined {
  if (!traceparent) return undefined;
  const span = trace.getSpanContext(propagation.extract(ROOT_CONTEXT, { traceparent }));
  return span && (span.traceFlags & TraceFlags.SAMPLED) !== 0 ? span : undefined;
}
