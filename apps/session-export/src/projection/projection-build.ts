import { setTimeout as pause } from 'node:timers/promises';
import type { ExportSessionsResponse } from '@ampline/contracts';
import { AppError } from '@ampline/kernel-errors';
import type { Database } from '@ampline/platform-postgres';
import type { Telemetry } from '@ampline/platform-telemetry';
import type { SessionProjection, ToldSession } from '../records/records.projection.js';

/** Where the current state of all sessions comes from: an owner's export stream. */
export abstract class SessionExport {
  abstract sessions(signal: AbortSignal): AsyncIterable<ExportSessionsResponse>;
}

export interface BuildResult {
  seen: number;
  changed: number;
}

const NAME = 'session_record';
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;

/**
 * Reads the owners' export streams and settles every difference by version. The consumer of facts exists before: what changes while
 * the export is read arrives as a fact, and the newer version wins either way. Two replicas may build at once.
 */
export class ProjectionBuild {
  private readonly stopped = new AbortController();
  private first: Promise<void> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly projection: SessionProjection,
    private readonly source: SessionExport,
    private readonly batch: number,
    private readonly telemetry: Telemetry,
  ) {}

  /** Reads everything once, and mends records that a fault of ours has made differ at the same version. Throws what the owner throws; what was settled before stays settled. */
  async run(signal: AbortSignal): Promise<BuildResult> {
    const result: BuildResult = { seen: 0, changed: 0 };
    for await (const told of batches(this.source.sessions(AbortSignal.any([signal, this.stopped.signal])), this.batch)) {
      result.seen += told.length;
      result.changed += await this.database.asWorker((tx) => this.projection.apply(tx, told, { mend: true }));
    }
    await this.database.query(
      'INSERT INTO projection (name, built_at) VALUES ($1, now()) ON CONFLICT (name) DO UPDATE SET built_at = now()',
      [NAME],
    );
    this.telemetry.logger.info('projection.built', { ...result });
    return result;
  }

  /** Builds the projection in the background when it never was, or is empty; tries until the owner answers. Nothing waits for it. */
  begin(): void {
    this.first = this.untilBuilt();
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    await this.first;
  }

  private async untilBuilt(): Promise<void> {
    const { signal } = this.stopped;
    for (let pauseMs = FIRST_PAUSE_MS; !signal.aborted; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      try {
        if (await this.isMissing()) await this.run(signal);
        return;
      } catch (error) {
        if (signal.aborted) return;
        this.telemetry.logger.info('projection.build-postponed', { code: AppError.is(error) ? error.code : 'internal', pauseMs });
        if (!AppError.is(error)) this.telemetry.logger.error('projection.build-failed', {}, error);
      }
      await pause(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  }

  private async isMissing(): Promise<boolean> {
    const [row] = await this.database.query<{ missing: boolean }>(
      'SELECT NOT EXISTS (SELECT FROM projection WHERE name = $1) OR NOT EXISTS (SELECT FROM session_record) AS missing',
      [NAME],
    );
    return row?.missing ?? true;
  }
}

async function* batches(told: AsyncIterable<ExportSessionsResponse>, size: number): AsyncGenerator<ToldSession[]> {
  let batch: ToldSession[] = [];
  for await (const { tenantId, session } of told) {
    if (!session) continue;
    batch.push({ tenantId, state: session });
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
