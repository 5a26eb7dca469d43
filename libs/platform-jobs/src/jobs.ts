import { SpanKind, type Counter, type Histogram } from '@opentelemetry/api';
import { uuidv7 } from '@ampline/kernel-ids';
import type { Database, Tx } from '@ampline/platform-postgres';
import { activeTraceparent, contextOf, inSpan, type Telemetry } from '@ampline/platform-telemetry';
import pg from 'pg';
import { PgBoss, type Db } from 'pg-boss';
import { jobErrors } from './errors.js';
import { jobsSchema } from './migrate-jobs.js';

export interface JobOptions {
  /** Five fields, e.g. `0 3 * * *`; one run per occurrence among all replicas, none while the last one is still queued. */
  cron?: string;
  /** IANA zone of `cron`; default UTC. */
  zone?: string;
  /** Runs after the first one that failed; default 5. */
  retryLimit?: number;
  /** Before the first repetition; doubles with each one, at most an hour. Default 5,000 ms. */
  retryDelayMs?: number;
  /** A run that takes longer is aborted and counts as failed; default 15 min. */
  expireMs?: number;
}

export interface EnqueueOptions {
  /** Not before; default at once. */
  runAt?: Date;
  /** While a job with this key waits, another one with the same key is not added. */
  singletonKey?: string;
}

export interface JobRun {
  id: string;
  /** 1 for the first run. */
  attempt: number;
  /** Aborted when the run has expired or the service is told to stop: throw when work is left, a run that returns is done. */
  signal: AbortSignal;
}

/** May run again after it failed, expired, or its process died: it must be idempotent. */
export type JobHandler<T extends object> = (data: T, run: JobRun) => Promise<void>;

export interface JobsOptions {
  /** How often waiting jobs are looked for; jobs that this process adds start at once. At least 500, default 2,000 ms. */
  pollMs?: number;
  /** How often schedules are looked at; default 30,000 ms. */
  scheduleCheckMs?: number;
}

interface Definition {
  options: JobOptions;
  handle: JobHandler<never>;
}

interface Envelope {
  data: object;
  traceparent?: string;
}

const DEFAULTS = { retryLimit: 5, retryDelayMs: 5_000, expireMs: 900_000 };
const RETRY_DELAY_MAX_S = 3_600;
const STOP_TIMEOUT_MS = 20_000;

/** One-shot and recurring jobs of a service, as rows in its database (pg-boss). They run under the worker role. */
export class Jobs {
  private readonly boss: PgBoss;
  private readonly definitions = new Map<string, Definition>();
  private readonly workers = new Map<string, string>();
  private readonly stopping = new AbortController();
  private readonly runs: Counter;
  private readonly durations: Histogram;
  private started = false;

  constructor(
    db: Database,
    private readonly telemetry: Telemetry,
    private readonly options: JobsOptions = {},
  ) {
    this.boss = new PgBoss({
      db: { executeSql: (text, values) => db.lend((client) => execute(client, text, values)) },
      schema: jobsSchema(db.schema),
      migrate: false,
      createSchema: false,
      reindex: false,
      monitorVacuum: false,
      cronMonitorIntervalSeconds: seconds(options.scheduleCheckMs ?? 30_000),
      cronWorkerIntervalSeconds: Math.min(5, seconds(options.scheduleCheckMs ?? 5_000)),
    });
    // What it could not do it tries again; the database being away is the usual reason.
    this.boss.on('error', (e) => telemetry.logger.warn('jobs.maintenance-failed', {}, e));
    this.runs = telemetry.meter.createCounter('job_runs', { description: 'Runs of jobs by name and outcome' });
    this.durations = telemetry.meter.createHistogram('job_duration', { unit: 'ms' });
    this.observeQueues();
  }

  /** Before `start`. A job of a name that is no longer defined stays in its table until it is defined again. */
  define<T extends object>(name: string, options: JobOptions, handle: JobHandler<T>): void {
    if (this.started) throw jobErrors.alreadyStarted({ job: name });
    this.definitions.set(name, { options, handle });
  }

  /**
   * Adds a job, in `tx` (of the worker role) when given: then it exists if and only if the transaction commits. Returns its
   * id, or undefined when one with the same `singletonKey` waits already.
   */
  async enqueue(tx: Tx | null, name: string, data: object, options: EnqueueOptions = {}): Promise<string | undefined> {
    if (!this.definitions.has(name)) throw jobErrors.unknown({ job: name });
    const id = uuidv7();
    const traceparent = activeTraceparent();
    const envelope: Envelope = { data, ...(traceparent !== undefined && { traceparent }) };
    const added = await this.boss.send(name, envelope, {
      id,
      // The queue's policy admits one waiting job per key; one without a key of its own gets a key that nobody else has.
      singletonKey: options.singletonKey ?? id,
      ...(options.runAt && { startAfter: options.runAt }),
      ...(tx && { db: { executeSql: (text: string, values?: unknown[]) => execute(tx.client, text, values) } }),
    });
    if (added === null) return undefined;
    if (tx) tx.onCommit(() => this.wake(name));
    else this.wake(name);
    return added;
  }

  /** Starts working and scheduling. The tables must be there (`migrateJobs`). */
  async start(): Promise<void> {
    this.started = true;
    await this.boss.start();
    for (const [name, { options }] of this.definitions) {
      const queue = queueOptions(options);
      await this.boss.createQueue(name, { ...queue, policy: 'short' });
      await this.boss.updateQueue(name, queue);
      if (options.cron === undefined) await this.boss.unschedule(name);
      else await this.boss.schedule(name, options.cron, { data: {} } satisfies Envelope, { tz: options.zone ?? 'UTC' });
    }
    for (const [name, definition] of this.definitions) await this.work(name, definition);
  }

  /** Tells running jobs to stop and waits for them up to 20 s; what is unfinished then runs again elsewhere. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.boss.stop({ graceful: true, timeout: STOP_TIMEOUT_MS });
  }

  private async work(name: string, definition: Definition): Promise<void> {
    const pollingIntervalSeconds = (this.options.pollMs ?? 2_000) / 1_000;
    const worker = await this.boss.work<Envelope, void, { includeMetadata: true; pollingIntervalSeconds: number }>(
      name,
      { includeMetadata: true, pollingIntervalSeconds },
      async (jobs) => {
        for (const job of jobs) {
          const signal = AbortSignal.any([job.signal, this.stopping.signal]);
          await this.run(name, definition, job.data, { id: job.id, attempt: job.retryCount + 1, signal });
        }
      },
    );
    this.workers.set(name, worker);
  }

  private async run(name: string, definition: Definition, envelope: Envelope, run: JobRun): Promise<void> {
    const { logger, tracer } = this.telemetry;
    const started = performance.now();
    let outcome = 'failed';
    try {
      const parent = contextOf(envelope.traceparent);
      await inSpan(tracer, `job ${name}`, { kind: SpanKind.CONSUMER, parent, attributes: { 'job.attempt': run.attempt } }, () =>
        definition.handle(envelope.data as never, run),
      );
      outcome = 'done';
    } catch (e) {
      const last = run.attempt > (definition.options.retryLimit ?? DEFAULTS.retryLimit);
      outcome = last ? 'given-up' : 'failed';
      logger[last ? 'error' : 'warn'](`jobs.run-${outcome}`, { job: name, id: run.id, attempt: run.attempt }, e);
      throw e;
    } finally {
      this.runs.add(1, { job: name, outcome });
      this.durations.record(performance.now() - started, { job: name });
    }
  }

  private wake(name: string): void {
    const worker = this.workers.get(name);
    if (worker !== undefined) this.boss.notifyWorker(worker);
  }

  private observeQueues(): void {
    this.telemetry.meter
      .createObservableGauge('jobs_waiting', { description: 'Jobs by name and state, as counted once a minute' })
      .addCallback(async (result) => {
        if (!this.started || this.stopping.signal.aborted || this.definitions.size === 0) return;
        for (const queue of await this.boss.getQueues([...this.definitions.keys()])) {
          result.observe(queue.queuedCount, { job: queue.name, state: 'queued' });
          result.observe(queue.failedCount, { job: queue.name, state: 'given-up' });
        }
      });
  }
}

function queueOptions(options: JobOptions): {
  retryLimit: number;
  retryDelay: number;
  retryBackoff: boolean;
  retryDelayMax: number;
  expireInSeconds: number;
} {
  return {
    retryLimit: options.retryLimit ?? DEFAULTS.retryLimit,
    retryDelay: seconds(options.retryDelayMs ?? DEFAULTS.retryDelayMs),
    retryBackoff: true,
    retryDelayMax: RETRY_DELAY_MAX_S,
    expireInSeconds: seconds(options.expireMs ?? DEFAULTS.expireMs),
  };
}

/** Whole seconds, at least one: the unit of pg-boss. */
function seconds(ms: number): number {
  return Math.max(1, Math.round(ms / 1_000));
}

/** pg-boss computes with the values as the driver gives them by default, and not with our `bigint`s. */
function execute(client: pg.PoolClient, text: string, values?: unknown[]): ReturnType<Db['executeSql']> {
  return client.query({ text, ...(values && { values }), types: pg.types });
}
