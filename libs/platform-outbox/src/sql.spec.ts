import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { INBOX_SQL, OUTBOX_SQL } from './sql.js';

const APPS = new URL('../../../apps/', import.meta.url);

const migrations = readdirSync(APPS, { recursive: true, encoding: 'utf8' })
  .filter((file) => /^[^/]+\/migrations\/.+\.sql$/.test(file))
  .map((file) => ({ file, sql: readFileSync(new URL(file, APPS), 'utf8') }));

describe('Migrations of the services', () => {
  it.each([
    ['outbox', OUTBOX_SQL],
    ['inbox', INBOX_SQL],
  ])('hold the tables of the %s word for word', (table, sql) => {
    const copies = migrations.filter((migration) => migration.sql.includes(`CREATE TABLE ${table} (`));
    expect(copies.length).toBeGreaterThan(0);
    expect(copies.filter((copy) => !copy.sql.includes(sql)).map((copy) => copy.file)).toEqual([]);
  });
});
