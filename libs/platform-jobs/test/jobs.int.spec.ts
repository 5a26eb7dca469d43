import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database, migrateService } from '@ampline/platform-postgres';
import { testTelemetry, type TestTelemetry } from '@ampline/platform-telemetry';
import { createTestDatabase, eventually, type TestDatabase } from '@ampline/platform-testing';
import { Jobs, migrateJobs } from '../src/index.js';

const password = { app: 'working-app', worker: 'working-worker' };
const schema = 'working';

let database: TestDatabase;
let telemetry: TestTelemetry;
let db: Database;
const open: Jobs[] = [];

const make = (): Jobs => {
  const jobs = new Jobs(db, telemetry, { pollMs: 500, scheduleCheckMs: 1_000 });
  open.push(jobs);
  return jobs;
};

beforeAll(async () => {
  database = await createTestDatabase();
  telemetry = testTelemetry('working');
  const migrations = new URL('./migrations/', import.meta.url);
  await migrateService({ adminUrl: database.adminUrl, schema, migrations, password });
  await Promise.all([migrateJobs({ adminUrl: database.adminUrl, schema }), migrateJobs({ adminUrl: database.adminUrl, schema })]);
  db = new Database({ url: database.adminUrl, schema, pool: { app: 1, worker: 6 }, password }, telemetry);
});
afterAll(async () => {
  await Promise.all(open.map((jobs) => jobs.stop()));
  await db.close();
  await telemetry.shutdown();
  await database.drop();
});

describe('one-shot jobs', () => {
  it('run once among replicas, with their data, and belong to the transaction that added them', async () => {
    const done: object[] = [];
    const [one, other] = [make(), make()];
    for (const jobs of [one, other]) jobs.define<{ n: number }>('count', {}, (data) => Promise.resolve(void done.push(data)));
    await Promise.all([one.start(), other.start()]);
    const failure = new Error('no');
    const rolledBack = db.asWorker(async (tx) => {
      await one.enqueue(tx, 'count', { n: 0 });
      throw failure;
    });
    await expect(rolledBack).rejects.toBe(failure);
    await db.asWorker(async (tx) => {
      for (let n = 1; n <= 5; n++) await one.enqueue(tx, 'count', { n });
      expect(done).toEqual([]);
    });
    await eventually(() => done.length >= 5);
    expect(done).toHaveLength(5);
    expect(done).toEqual(expect.arrayContaining([1, 2, 3, 4, 5].map((n) => ({ n }))));
    await expect(telemetry.metricsText()).resolves.toMatch(/job_runs_total\{[^}]*job="count"[^}]*outcome="done"[^}]*\} 5/);
  });

  it('are tried again with the attempt counted, and given up after the limit', async () => {
    const attempts: number[] = [];
    const jobs = make();
    jobs.define('fails', { retryLimit: 1, retryDelayMs: 1_000 }, (_data, run) => {
      attempts.push(run.attempt);
      return Promise.reject(new Error('no'));
    });
    await jobs.start();
    await jobs.enqueue(null, 'fails', {});
    await eventually(() => attempts.length === 2, { timeoutMs: 20_000 });
    expect(attempts).toEqual([1, 2]);
    await eventually(() => telemetry.lines.some((line) => line['event'] === 'jobs.run-given-up' && line['job'] === 'fails'));
  });

  it('wait under their key once, and not before their time', async () => {
    const done: object[] = [];
    const jobs = make();
    jobs.define('report', {}, (data) => Promise.resolve(void done.push(data)));
    await jobs.start();
    const runAt = new Date(Date.now() + 3_600_000);
    const first = await jobs.enqueue(null, 'report', { day: 1 }, { singletonKey: 'month', runAt });
    expect(first).toBeDefined();
    await expect(jobs.enqueue(null, 'report', { day: 2 }, { singletonKey: 'month', runAt })).resolves.toBeUndefined();
    await expect(jobs.enqueue(null, 'report', { day: 3 }, { singletonKey: 'year', runAt })).resolves.toBeDefined();
    await jobs.enqueue(null, 'report', { day: 4 });
    await eventually(() => done.length === 1);
    expect(done).toEqual([{ day: 4 }]);
    await db.query(`UPDATE working_jobs.job SET start_after = now() WHERE name = 'report'`);
    await eventually(() => done.length === 3);
  });

  it('carry the trace that added them', async () => {
    const jobs = make();
    jobs.define('traced', {}, () => Promise.resolve());
    await jobs.start();
    const traceId = await telemetry.tracer.startActiveSpan('request', async (span) => {
      await jobs.enqueue(null, 'traced', {});
      span.end();
      return span.spanContext().traceId;
    });
    const span = await eventually(() => telemetry.spans.find((candidate) => candidate.name === 'job traced'));
    expect(span.spanContext().traceId).toBe(traceId);
  });

  it('are told when the service stops, and waited for', async () => {
    const events: string[] = [];
    const jobs = make();
    jobs.define('long', {}, async (_data, run) => {
      events.push('begins');
      await new Promise((resolve) => run.signal.addEventListener('abort', resolve, { once: true }));
      events.push('ends');
    });
    await jobs.start();
    await jobs.enqueue(null, 'long', {});
    await eventually(() => events.length === 1);
    await jobs.stop();
    expect(events).toEqual(['begins', 'ends']);
  });

  it('must be defined, and before the start', async () => {
    const jobs = make();
    await expect(jobs.enqueue(null, 'nobody', {})).rejects.toMatchObject({ code: 'jobs.unknown' });
    await jobs.start();
    expect(() => jobs.define('late', {}, () => Promise.resolve())).toThrow(expect.objectContaining({ code: 'jobs.already-started' }));
  });
});

describe('recurring jobs', () => {
  it('run on their schedule, and no longer when it is gone', async () => {
    let runs = 0;
    const jobs = make();
    jobs.define('every-second', { cron: '* * * * * *' }, () => Promise.resolve(void runs++));
    await jobs.start();
    await eventually(() => runs > 0, { timeoutMs: 20_000 });
    await jobs.stop();
    const later = make();
    later.define('every-second', {}, () => Promise.resolve());
    await later.start();
    await expect(db.query(`SELECT name FROM working_jobs.schedule`)).resolves.toEqual([]);
  });
});
