import { context, SpanKind, SpanStatusCode, trace, type Histogram, type ObservableGauge, type ObservableResult } from '@opentelemetry/api';
import { isUuid } from '@ampline/kernel-ids';
import type { Telemetry } from '@ampline/platform-telemetry';
import pg from 'pg';
import { isRetryable, isUnavailable, sqlState, translate } from './driver-errors.js';
import { databaseErrors } from './errors.js';
import { roleNames } from './names.js';
import { StatementNames, Transaction, type TransactionSetting, type Tx } from './transaction.js';
import { valueTypes } from './value-types.js';

export interface DatabaseConfig {
  /** Host, port, database and parameters; user and password in it are not used. */
  url: string;
  /** A replica for long reads; absent: `url`. */
  readUrl?: string;
  schema: string;
  /** Connections at most, per role. */
  pool: { app: number; worker: number };
  /** Of `<schema>_app` and `<schema>_worker`, as given to `migrateService`. */
  password: { app: string; worker: string };
  /** How long to wait for a connection, free or new; default 5,000 ms. */
  connectTimeoutMs?: number;
  /** After this the client gives a statement up although the server is silent (frozen, network gone); default 90,000 ms. */
  queryTimeoutMs?: number;
}

export interface TransactionOptions {
  /** How often it is run again after a serialization failure or a deadlock; default 2. Everything the callback does must be in the transaction. */
  retries?: number;
}

type Role = 'app' | 'worker' | 'reader';

/** The database of one service: its schema, through one pool per role. */
export class Database {
  readonly schema: string;
  private readonly pools: Record<Role, pg.Pool>;
  private readonly setting: TransactionSetting;
  private readonly durations: Histogram;
  private readonly stopGauges: () => void;

  constructor(
    config: DatabaseConfig,
    private readonly telemetry: Telemetry,
  ) {
    this.schema = config.schema;
    const roles = roleNames(config.schema);
    const worker = this.openPool(config, config.url, { user: roles.worker, password: config.password.worker, max: config.pool.worker });
    this.pools = {
      app: this.openPool(config, config.url, { user: roles.app, password: config.password.app, max: config.pool.app }),
      worker,
      reader: config.readUrl
        ? this.openPool(config, config.readUrl, { user: roles.worker, password: config.password.worker, max: config.pool.worker })
        : worker,
    };
    this.setting = { tracer: telemetry.tracer, schema: config.schema, statements: new StatementNames() };
    this.durations = telemetry.meter.createHistogram('db_transaction_duration_ms', {
      unit: 'ms',
      description: 'Transactions by role and outcome, connection wait included',
    });
    this.stopGauges = this.observePools();
  }

  /** A transaction that sees and writes the rows of one tenant only. */
  async asTenant<T>(tenantId: string, run: (tx: Tx) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    return this.transaction('app', beginAsTenant(tenantId), run, options);
  }

  /** A transaction of the service itself, across tenants. */
  asWorker<T>(run: (tx: Tx) => Promise<T>, options: TransactionOptions = {}): Promise<T> {
    return this.transaction('worker', 'BEGIN', run, options);
  }

  /** One consistent snapshot to read from, across tenants, on the replica where there is one: exports, reindexing, reports. */
  asReader<T>(run: (tx: Tx) => Promise<T>): Promise<T> {
    return this.transaction('reader', 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY', run, { retries: 0 });
  }

  /** One statement of the worker role outside of a transaction. */
  query<R = Record<string, unknown>>(sql: string, params?: readonly unknown[]): Promise<R[]> {
    return this.alone((tx) => tx.query<R>(sql, params));
  }

  /** As `query`, for a statement whose text never varies ({@link Tx.prepared}). */
  prepared<R = Record<string, unknown>>(sql: string, params?: readonly unknown[]): Promise<R[]> {
    return this.alone((tx) => tx.prepared<R>(sql, params));
  }

  /**
   * A connection of the worker role without a transaction, for a library that brings its own SQL and its own transactions.
   * It is closed when `use` fails, since nobody knows what was left open on it.
   */
  async lend<T>(use: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await this.connect('worker');
    try {
      const result = await use(client);
      client.release();
      return result;
    } catch (e) {
      client.release(true);
      throw translate(e);
    }
  }

  /** Throws `database.unavailable` when either role cannot get through. */
  async ping(): Promise<void> {
    await Promise.all([this.asWorker((tx) => tx.query('SELECT 1')), this.transaction('app', 'BEGIN', (tx) => tx.query('SELECT 1'), {})]);
  }

  /** Waits for the transactions that are open. */
  async close(): Promise<void> {
    this.stopGauges();
    await Promise.all([...new Set(Object.values(this.pools))].map((pool) => pool.end()));
  }

  private async alone<T>(run: (tx: Tx) => Promise<T>): Promise<T> {
    const client = await this.connect('worker');
    try {
      const result = await run(new Transaction(client, this.setting));
      client.release();
      return result;
    } catch (e) {
      client.release(isUnavailable(e));
      throw e;
    }
  }

  private async transaction<T>(role: Role, begin: string, run: (tx: Tx) => Promise<T>, options: TransactionOptions): Promise<T> {
    const retries = options.retries ?? 2;
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.traced(role, () => this.attempt(role, begin, run));
      } catch (e) {
        if (attempt >= retries || !isRetryable(e)) throw e;
        this.telemetry.logger.debug('database.transaction-retried', { role, attempt: attempt + 1, sqlState: sqlState(e) });
      }
    }
  }

  private async attempt<T>(role: Role, begin: string, run: (tx: Tx) => Promise<T>): Promise<T> {
    const client = await this.connect(role);
    const tx = new Transaction(client, this.setting);
    let result: T;
    try {
      await client.query(begin).catch((e: unknown) => {
        throw translate(e);
      });
      result = await run(tx);
    } catch (e) {
      await rollback(client, e);
      throw e;
    }
    await commit(client);
    for (const announce of tx.afterCommit) announce();
    return result;
  }

  /** Only inside a trace that is being recorded: the polls of relays and leases would make a trace each. */
  private async traced<T>(role: Role, run: () => Promise<T>): Promise<T> {
    const started = performance.now();
    const parent = trace.getActiveSpan();
    const span = parent?.isRecording()
      ? this.telemetry.tracer.startSpan('transaction', {
          kind: SpanKind.CLIENT,
          attributes: { 'db.system.name': 'postgresql', 'db.namespace': this.setting.schema, 'db.role': role },
        })
      : undefined;
    let outcome = 'rolled-back';
    try {
      const result = span ? await context.with(trace.setSpan(context.active(), span), run) : await run();
      outcome = 'committed';
      return result;
    } catch (e) {
      span?.setStatus({ code: SpanStatusCode.ERROR });
      throw e;
    } finally {
      span?.end();
      this.durations.record(performance.now() - started, { role, outcome });
    }
  }

  private async connect(role: Role): Promise<pg.PoolClient> {
    try {
      return await this.pools[role].connect();
    } catch (cause) {
      throw databaseErrors.unavailable({ role, sqlState: sqlState(cause) }, cause);
    }
  }

  private openPool(config: DatabaseConfig, address: string, login: { user: string; password: string; max: number }): pg.Pool {
    const url = new URL(address);
    url.username = login.user;
    url.password = login.password;
    const pool = new pg.Pool({
      connectionString: url.href,
      max: login.max,
      application_name: `ampline-${this.telemetry.service}`,
      connectionTimeoutMillis: config.connectTimeoutMs ?? 5_000,
      query_timeout: config.queryTimeoutMs ?? 90_000,
      idleTimeoutMillis: 60_000,
      keepAlive: true,
      types: valueTypes,
    });
    // Without listeners a connection that is lost between two statements ends the process. The pool replaces it by itself, and
    // a transaction that was open on it fails at its next statement.
    const lost = (e: Error): void => this.telemetry.logger.debug('database.connection-lost', { user: login.user, sqlState: sqlState(e) });
    pool.on('error', lost);
    pool.on('connect', (client) => client.on('error', lost));
    return pool;
  }

  private observePools(): () => void {
    const { meter } = this.telemetry;
    const connections = meter.createObservableGauge('db_pool_connections', { description: 'Connections by role and state' });
    const waiting = meter.createObservableGauge('db_pool_waiting', { description: 'Requests that wait for a connection, by role' });
    const watch = (gauge: ObservableGauge, observe: (result: ObservableResult) => void): (() => void) => {
      gauge.addCallback(observe);
      return () => gauge.removeCallback(observe);
    };
    const roles = (['app', 'worker', 'reader'] as const).filter((role) => role !== 'reader' || this.pools.reader !== this.pools.worker);
    const stops = roles.flatMap((role) => {
      const pool = this.pools[role];
      return [
        watch(connections, (result) => result.observe(pool.idleCount, { role, state: 'idle' })),
        watch(connections, (result) => result.observe(pool.totalCount - pool.idleCount, { role, state: 'used' })),
        watch(waiting, (result) => result.observe(pool.waitingCount, { role })),
      ];
    });
    return () => stops.forEach((stop) => stop());
  }
}

/**
 * The only place in the code base that sets a tenant. Local to the transaction, so that a pooled connection carries
 * nothing to its next user; one round trip; the id is written into the text, therefore nothing but a UUID is let in.
 */
function beginAsTenant(tenantId: string): string {
  if (!isUuid(tenantId)) throw databaseErrors.badName({ tenantId });
  return `BEGIN; SELECT set_config('ampline.tenant', '${tenantId}', true)`;
}

async function commit(client: pg.PoolClient): Promise<void> {
  let answer: pg.QueryResult;
  try {
    answer = await client.query('COMMIT');
  } catch (e) {
    const error = translate(e);
    client.release(true);
    throw isUnavailable(error) ? databaseErrors.commitUnknown(undefined, e) : error;
  }
  client.release();
  // PostgreSQL answers COMMIT of a failed transaction with ROLLBACK and no error.
  if (answer.command === 'ROLLBACK') throw databaseErrors.aborted();
}

/** A connection that failed, or whose rollback fails, is closed instead of being used again. */
async function rollback(client: pg.PoolClient, reason: unknown): Promise<void> {
  if (isUnavailable(reason)) return client.release(true);
  try {
    await client.query('ROLLBACK');
    client.release();
  } catch {
    client.release(true);
  }
}
