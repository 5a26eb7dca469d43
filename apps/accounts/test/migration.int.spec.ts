import { describe, expect, it } from '@jest/globals';
import { brandChanged, factSubject } from '@ampline/contracts';
import { uuidv7 } from '@ampline/kernel-ids';
import { migrateService } from '@ampline/platform-postgres';
import { createTestDatabase } from '@ampline/platform-testing';
import { fromJsonString } from '@bufbuild/protobuf';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Client } from 'pg';

const MIGRATIONS = new URL('../migrations/', import.meta.url);

describe('the migration to people', () => {
  it('gives each tenant that there is its first brand, and the fact of it', async () => {
    const database = await createTestDatabase();
    const folder = mkdtempSync(join(tmpdir(), 'ampline-migration-'));
    const admin = new Client({ connectionString: database.adminUrl });
    await admin.connect();
    const migrate = (migrations: URL) =>
      migrateService({ adminUrl: database.adminUrl, schema: 'accounts', migrations, password: { app: 'app', worker: 'worker' } });
    try {
      copyFileSync(new URL('0001_init.sql', MIGRATIONS), join(folder, '0001_init.sql'));
      await migrate(pathToFileURL(`${folder}/`));
      const tenantId = uuidv7();
      await admin.query(`SET ampline.migration = 'on'`);
      await admin.query(`INSERT INTO accounts.tenant (tenant_id, slug, name, status) VALUES ($1, 'alt', 'Alt & "Co"', 'active')`, [
        tenantId,
      ]);
      await migrate(MIGRATIONS);
      const { rows } = await admin.query<{ brand_id: string; subject: string; payload: string }>(
        `SELECT brand_id, subject, payload FROM accounts.brand JOIN accounts.outbox ON key = brand_id::text WHERE slug = 'default' AND is_default`,
      );
      expect(rows).toHaveLength(1);
      const [{ brand_id: brandId, subject, payload }] = rows as [{ brand_id: string; subject: string; payload: string }];
      expect(subject).toBe(factSubject(brandChanged, 'alt', brandId));
      expect(fromJsonString(brandChanged.schema, payload)).toMatchObject({
        ...{ brandId, tenantId, version: 1n, slug: 'default', isDefault: true },
        look: { name: 'Alt & "Co"', defaultLocale: 'en' },
      });
    } finally {
      await admin.end();
      await database.drop();
      rmSync(folder, { recursive: true });
    }
  });
});
