import { uuidv7 } from '@ampline/kernel-ids';
import { testTelemetry, type TestTelemetry } from '@ampline/platform-telemetry';
import { createTestDatabase, type TestDatabase } from '@ampline/platform-testing';
import { Database, migrateService, type DatabaseConfig } from '../src/index.js';

/** Roles belong to the server that all test files share: the same passwords everywhere. */
export const password = { app: 'hotel-app', worker: 'hotel-worker' };
export const schema = 'hotel';
export const migrations = new URL('./migrations/', import.meta.url);

export interface Harness {
  database: TestDatabase;
  db: Database;
  telemetry: TestTelemetry;
  tenantA: string;
  tenantB: string;
  open(config?: Partial<DatabaseConfig>): Database;
  close(): Promise<void>;
}

export async function openHarness(): Promise<Harness> {
  const database = await createTestDatabase();
  await migrateService({ adminUrl: database.adminUrl, schema, migrations, password });
  const telemetry = testTelemetry('hotel');
  const opened: Database[] = [];
  const open = (config: Partial<DatabaseConfig> = {}): Database => {
    const db = new Database({ url: database.adminUrl, schema, pool: { app: 4, worker: 4 }, password, ...config }, telemetry);
    opened.push(db);
    return db;
  };
  return {
    database,
    db: open(),
    telemetry,
    tenantA: uuidv7(),
    tenantB: uuidv7(),
    open,
    close: async () => {
      await Promise.all(opened.map((db) => db.close()));
      await telemetry.shutdown();
      await database.drop();
    },
  };
}

export const addRoom = (tenantId: string, name: string): [string, unknown[]] => [
  'INSERT INTO room (room_id, tenant_id, name) VALUES ($1, $2, $3)',
  [uuidv7(), tenantId, name],
];
