import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { uuidv7 } from '@ampline/kernel-ids';
import { PartitionKeeper, rlsReport } from '../src/index.js';
import { openHarness, schema, type Harness } from './harness.js';

let h: Harness;
beforeAll(async () => {
  h = await openHarness();
});
afterAll(() => h.close());

const partitions = async (): Promise<string[]> =>
  (
    await h.db.query<{ name: string }>(
      `SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'reading'::regclass ORDER BY 1`,
    )
  ).map((row) => row.name);
const addReading = (at: string): Promise<unknown> =>
  h.db.query(`INSERT INTO reading (received_at, reading_id, tenant_id, energy_wh) VALUES (${at}, $1, $2, 1500)`, [uuidv7(), h.tenantA]);

describe('PartitionKeeper', () => {
  it('makes the days ahead and brings rows home from the default partition, under several replicas at once', async () => {
    await addReading('now()');
    await addReading(`now() + interval '1 day'`);
    const keepers = Array.from({ length: 3 }, () => new PartitionKeeper(h.db, [{ table: 'reading', aheadDays: 3 }], h.telemetry));
    await Promise.all(keepers.map((keeper) => keeper.start()));
    await Promise.all(keepers.map((keeper) => keeper.stop()));
    const names = await partitions();
    expect(names).toHaveLength(5);
    expect(names.filter((name) => /^reading_p\d{8}$/.test(name))).toHaveLength(4);
    await expect(h.db.query(`SELECT ampline_default_rows('reading') AS rows`)).resolves.toEqual([{ rows: 0 }]);
    await expect(h.db.query('SELECT energy_kwh::float8 AS kwh FROM reading')).resolves.toEqual([{ kwh: 1.5 }, { kwh: 1.5 }]);
    await expect(rlsReport(h.database.adminUrl, [schema])).resolves.toEqual([]);
  });

  it('counts rows that found no partition', async () => {
    await addReading(`'1970-01-01T00:00:00Z'`);
    const keeper = new PartitionKeeper(h.db, [{ table: 'reading' }], h.telemetry);
    await keeper.keep();
    await expect(h.telemetry.metricsText()).resolves.toMatch(/db_default_partition_rows\{[^}]*table="reading"[^}]*\} 1/);
    expect(h.telemetry.lines).toContainEqual(
      expect.objectContaining({ event: 'database.default-partition-in-use', table: 'reading', rows: 1 }),
    );
    await h.db.query(`DELETE FROM reading WHERE received_at < '1971-01-01'`);
  });

  it('drops days that are older than the retention', async () => {
    const client = new pg.Client({ connectionString: h.database.adminUrl });
    await client.connect();
    await client.query(`CREATE TABLE hotel.reading_p20250101 PARTITION OF hotel.reading FOR VALUES FROM ('2025-01-01Z') TO ('2025-01-02Z');
      ALTER TABLE hotel.reading_p20250101 OWNER TO hotel_owner`);
    await client.end();
    const kept = (await partitions()).filter((name) => name !== 'reading_p20250101');
    await new PartitionKeeper(h.db, [{ table: 'reading', retainDays: 30 }], h.telemetry).keep();
    await expect(partitions()).resolves.toEqual(kept);
  });

  it('keeps a day with something left to do, however old it is', async () => {
    const client = new pg.Client({ connectionString: h.database.adminUrl });
    await client.connect();
    try {
      await client.query(`CREATE TABLE hotel.reading_p20250101 PARTITION OF hotel.reading FOR VALUES FROM ('2025-01-01Z') TO ('2025-01-02Z');
        ALTER TABLE hotel.reading_p20250101 OWNER TO hotel_owner;
        ALTER TABLE hotel.reading ADD COLUMN done_at timestamptz`);
      await addReading(`'2025-01-01T12:00:00Z'`);
      const keeper = new PartitionKeeper(h.db, [{ table: 'reading', retainDays: 30, doneColumn: 'done_at' }], h.telemetry);
      await keeper.keep();
      await expect(partitions()).resolves.toContain('reading_p20250101');
      await client.query('UPDATE hotel.reading SET done_at = now()');
      await keeper.keep();
      await expect(partitions()).resolves.not.toContain('reading_p20250101');
    } finally {
      await client.end();
    }
  });
});
