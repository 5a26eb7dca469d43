import type { Span, Tracer } from '@opentelemetry/api';
import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type pg from 'pg';
import { translate } from './driver-errors.js';

/** An open transaction. It ends with the callback that received it and must not be kept. */
export interface Tx {
  /** Values go into `params` (`$1`…), never into the text. Throws `database.unavailable` when the connection is lost. */
  query<R = Record<string, unknown>>(sql: string, params?: readonly unknown[]): Promise<R[]>;
  /** The first row. */
  one<R = Record<string, unknown>>(sql: string, params?: readonly unknown[]): Promise<R | undefined>;
  /** As `query`, for a statement of the hot paths whose text never varies: each connection parses and plans it once. */
  prepared<R = Record<string, unknown>>(sql: string, params?: readonly unknown[]): Promise<R[]>;
  /** Runs after the commit, not at all after a rollback. It must not throw: what it announces has happened. */
  onCommit(fn: () => void): void;
  readonly client: pg.PoolClient;
}

/** Names of prepared statements, one per text for the life of a `Database`. */
export class StatementNames {
  private readonly names = new Map<string, string>();

  nameOf(sql: string): string {
    const known = this.names.get(sql);
    if (known !== undefined) return known;
    const name = `s${this.names.size}`;
    this.names.set(sql, name);
    return name;
  }
}

export interface TransactionSetting {
  tracer: Tracer;
  schema: string;
  statements: StatementNames;
}

export class Transaction implements Tx {
  readonly afterCommit: (() => void)[] = [];

  constructor(
    readonly client: pg.PoolClient,
    private readonly setting: TransactionSetting,
  ) {}

  query<R = Record<string, unknown>>(sql: string, params?: readonly unknown[]): Promise<R[]> {
    return this.send(params === undefined ? { text: sql } : { text: sql, values: params as unknown[] });
  }

  async one<R = Record<string, unknown>>(sql: string, params?: readonly unknown[]): Promise<R | undefined> {
    return (await this.query<R>(sql, params))[0];
  }

  prepared<R = Record<string, unknown>>(sql: string, params: readonly unknown[] = []): Promise<R[]> {
    return this.send({ name: this.setting.statements.nameOf(sql), text: sql, values: params as unknown[] });
  }

  onCommit(fn: () => void): void {
    this.afterCommit.push(fn);
  }

  private async send<R>(query: pg.QueryConfig): Promise<R[]> {
    // Spans of statements cost more than the statement's bookkeeping: made only where somebody records the trace.
    const span = trace.getActiveSpan()?.isRecording() ? this.startSpan(query.text) : undefined;
    try {
      const result = await this.client.query(query);
      return result.rows as R[];
    } catch (e) {
      const error = translate(e);
      span?.setStatus({ code: SpanStatusCode.ERROR });
      throw error;
    } finally {
      span?.end();
    }
  }

  private startSpan(sql: string): Span {
    const text = sql.replace(/\s+/g, ' ').trim();
    return this.setting.tracer.startSpan(summary(text), {
      kind: SpanKind.CLIENT,
      attributes: { 'db.system.name': 'postgresql', 'db.namespace': this.setting.schema, 'db.query.text': text.slice(0, 500) },
    });
  }
}

/** Verb and first table: low cardinality, as a span's name should be. */
export function summary(sql: string): string {
  const verb = /^[a-z]+/i.exec(sql)?.[0]?.toUpperCase() ?? 'SQL';
  const table = /\b(?:from|into|update|join)\s+(?:only\s+)?([a-z_][a-z0-9_.]*)/i.exec(sql)?.[1];
  return table === undefined ? verb : `${verb} ${table}`;
}
