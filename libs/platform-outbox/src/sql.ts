import { readFileSync } from 'node:fs';

/** Tables of a service that tells facts; copied verbatim into its first migration. */
export const OUTBOX_SQL = readFileSync(new URL('../sql/outbox.sql', import.meta.url), 'utf8');

/** Tables of a service that takes facts in; copied verbatim into its first migration. */
export const INBOX_SQL = readFileSync(new URL('../sql/inbox.sql', import.meta.url), 'utf8');
