import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '@ampline/platform-testing';
import { migrateService, rlsReport, roleReport } from '../src/index.js';
import { migrations, openHarness, password, schema, type Harness } from './harness.js';

async function sql(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows as unknown[];
  } finally {
    await client.end();
  }
}

describe('migrateService', () => {
  let empty: TestDatabase;
  beforeAll(async () => {
    empty = await createTestDatabase();
  });
  afterAll(() => empty.drop());

  it('is run by several launchers at once and applies each file once', async () => {
    const launchers = Array.from({ length: 4 }, () => migrateService({ adminUrl: empty.adminUrl, schema, migrations, password }));
    const applied = (await Promise.all(launchers)).map((result) => result.applied);
    expect(applied.flat().sort()).toEqual(['0001_rooms', '0002_readings']);
    expect(applied.filter((names) => names.length > 0)).toHaveLength(1);
  });

  it('meets launchers of other databases on the same server', async () => {
    const others = await Promise.all([createTestDatabase(), createTestDatabase(), createTestDatabase()]);
    const fresh = `inn_${others[0]?.name.slice(5, 13)}`;
    await Promise.all(others.map(({ adminUrl }) => migrateService({ adminUrl, schema: fresh, migrations, password })));
    for (const other of others) {
      await expect(sql(other.urlFor(`${fresh}_app`, password.app), 'SELECT * FROM room')).resolves.toEqual([]);
      await other.drop();
    }
    const { adminUrl } = empty;
    await sql(adminUrl, `DROP ROLE ${fresh}_owner, ${fresh}_app, ${fresh}_worker`);
  });

  it('changes a password that is no longer right', async () => {
    const schemaOfItsOwn = `inn_${empty.name.slice(5, 13)}`;
    await migrateService({ adminUrl: empty.adminUrl, schema: schemaOfItsOwn, migrations, password });
    await migrateService({ adminUrl: empty.adminUrl, schema: schemaOfItsOwn, migrations, password: { app: 'new', worker: 'new' } });
    await expect(sql(empty.urlFor(`${schemaOfItsOwn}_app`, 'new'), 'SELECT 1 AS one')).resolves.toEqual([{ one: 1 }]);
    await expect(sql(empty.urlFor(`${schemaOfItsOwn}_app`, password.app), 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
  });

  it('applies nothing of a file that fails, and keeps the files before it', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'ampline-migrations-'));
    writeFileSync(join(dir, '0001_good.sql'), 'CREATE TABLE good (n int);');
    writeFileSync(join(dir, '0002_bad.sql'), 'CREATE TABLE half (n int); SELECT 1 / 0;');
    const other = await createTestDatabase();
    const run = migrateService({ adminUrl: other.adminUrl, schema, migrations: pathToFileURL(`${dir}/`), password });
    await expect(run).rejects.toMatchObject({ code: '22012' });
    await expect(
      sql(other.adminUrl, `SELECT to_regclass('hotel.good') IS NOT NULL AS good, to_regclass('hotel.half') AS half`),
    ).resolves.toEqual([{ good: true, half: null }]);
    await other.drop();
    rmSync(dir, { recursive: true });
  });

  it('says in one sentence that the server is not there', async () => {
    const nowhere = new URL(empty.adminUrl);
    nowhere.port = '1';
    await expect(migrateService({ adminUrl: nowhere.href, schema, migrations, password })).rejects.toMatchObject({
      code: 'database.unavailable',
    });
  });
});

describe('reports', () => {
  let h: Harness;
  beforeAll(async () => {
    h = await openHarness();
  });
  afterAll(() => h.close());

  it('finds nothing wrong with what migrateService made', async () => {
    await expect(rlsReport(h.database.adminUrl, [schema])).resolves.toEqual([]);
    await expect(roleReport(h.database.urlFor('hotel_app', password.app))).resolves.toEqual([]);
    await expect(roleReport(h.database.urlFor('hotel_worker', password.worker))).resolves.toEqual([]);
  });

  it('finds a superuser', async () => {
    const problems = await roleReport(h.database.adminUrl);
    expect(problems.map(({ problem }) => problem)).toEqual(
      expect.arrayContaining(['is a superuser', 'bypasses row security', 'owns tables']),
    );
  });

  it.each([
    ['ALTER TABLE hotel.room NO FORCE ROW LEVEL SECURITY', 'hotel.room', 'does not force row security on its owner'],
    ['ALTER TABLE hotel.room DISABLE ROW LEVEL SECURITY', 'hotel.room', 'has tenant_id but no row security'],
    ['DROP POLICY tenant ON hotel.room', 'hotel.room', 'has no policy for the request role, but grants to it'],
    ['CREATE POLICY open ON hotel.room TO hotel_app USING (true)', 'hotel.room', 'has a policy that does not ask for the tenant'],
    ['GRANT SELECT ON hotel.reading_default TO hotel_app', 'hotel.reading_default', 'is a partition with grants to hotel_app'],
    ['ALTER TABLE hotel.bed OWNER TO postgres', 'hotel.bed', 'belongs to postgres'],
  ])('finds %s', async (damage, subject, problem) => {
    const { adminUrl } = h.database;
    const client = new pg.Client({ connectionString: adminUrl });
    await client.connect();
    await client.query(damage);
    await expect(rlsReport(adminUrl, [schema])).resolves.toContainEqual({ subject, problem });
    await client.query(`ALTER TABLE hotel.bed OWNER TO hotel_owner; DROP POLICY IF EXISTS open ON hotel.room;
      REVOKE ALL ON hotel.reading_default FROM hotel_app; SELECT hotel.ampline_tenant_table('hotel.room')`);
    await client.end();
    await expect(rlsReport(adminUrl, [schema])).resolves.toEqual([]);
  });
});
