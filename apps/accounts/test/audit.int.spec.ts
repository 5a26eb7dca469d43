import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AuditActorKind, AuditEntrySchema, AuditService, auditRecorded, PeopleService, type AuditEntry } from '@ampline/contracts';
import { uuidv7 } from '@ampline/kernel-ids';
import { ManualClock } from '@ampline/kernel-time';
import type { Role } from '@ampline/platform-grpc';
import { Database, MonthKeeper } from '@ampline/platform-postgres';
import { derivedPassword } from '@ampline/platform-runner';
import { testTelemetry } from '@ampline/platform-telemetry';
import { eventually } from '@ampline/platform-testing';
import { create, toJsonString, type MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { auditHandlers } from '../src/audit/audit-intake.js';
import { code } from './outcome.js';
import { RunningAccounts, SECRET } from './running-accounts.js';

describe('the audit log', () => {
  let accounts: RunningAccounts;
  let database: Database;
  let tenantId: string;
  const telemetry = testTelemetry('audit', { spans: false });

  beforeAll(async () => {
    accounts = await RunningAccounts.start();
    tenantId = (await accounts.tenant('protokoll')).tenantId;
    const password = (role: 'app' | 'worker') => derivedPassword(SECRET, `postgres:accounts_${role}`);
    database = new Database(
      {
        url: accounts.database.adminUrl,
        schema: 'accounts',
        pool: { app: 1, worker: 1 },
        password: { app: password('app'), worker: password('worker') },
      },
      telemetry,
    );
  });

  afterAll(async () => {
    await database.close();
    await accounts.stop();
  });

  const audit = (roles: Role[] = ['support'], tenant = tenantId) =>
    accounts.client(AuditService, { subject: 'someone', roles, tenantId: tenant });
  const search = async (request: MessageInitShape<typeof AuditService.method.searchAudit.input>) =>
    (await audit().searchAudit(request)).entries;

  /** A deed as csms would tell it. */
  async function told(at: Date, more: Partial<Omit<AuditEntry, '$typeName' | '$unknown'>>): Promise<string> {
    const auditId = uuidv7();
    const entry = create(AuditEntrySchema, {
      auditId,
      tenantId,
      at: timestampFromDate(at),
      actor: { kind: AuditActorKind.PERSON, id: 'p-1', name: 'Grace Hopper', via: 'api-gateway' },
      action: 'command.sent',
      entityType: 'command',
      entityId: uuidv7(),
      context: 'csms',
      ...more,
    });
    const fact = {
      ...{ id: uuidv7(), tenantId, tenant: 'protokoll', key: auditId, version: 1n, occurredAt: at, traceparent: undefined },
      ...{ subject: '', name: auditRecorded('csms').name, chain: '', payload: toJsonString(AuditEntrySchema, entry) },
    };
    for (const handler of auditHandlers('csms')) await database.asWorker((tx) => handler.apply(tx, fact));
    return auditId;
  }

  it('gathers what accounts itself did, with who asked for it', async () => {
    const people = accounts.client(PeopleService, {
      ...{ subject: 'user-7', kind: 'person', name: 'Ada Lovelace', roles: ['tenant-admin'], tenantId, actor: 'api-gateway' },
    });
    const { driver } = await people.createDriver({ name: 'Charles Babbage' });
    const entry = await eventually(async () => (await search({ entityId: driver?.driverId ?? '' }))[0]);
    expect(entry).toMatchObject({
      action: 'driver.created',
      entityType: 'driver',
      entityId: driver?.driverId,
      entityName: '',
      actor: { kind: AuditActorKind.PERSON, id: 'user-7', name: 'Ada Lovelace', via: 'api-gateway' },
      context: 'accounts',
    });
    expect(
      (
        await eventually(async () => {
          const found = await search({ action: 'tenant.' });
          return found.length > 0 && found;
        })
      ).map((one) => one.action),
    ).toEqual(['tenant.created']);
  });

  it('is searched by words, and by what was done to what, by whom and when', async () => {
    const day = new Date('2026-03-05T10:00:00Z');
    const id = await told(day, { entityName: 'HBR-001', detailJson: '{"action":"RemoteStart","connector":2}' });
    const found = async (request: MessageInitShape<typeof AuditService.method.searchAudit.input>) =>
      (await search(request)).map((entry) => entry.auditId).filter((one) => one === id);
    for (const text of ['hopper', 'command', 'sent hopper', 'RemoteStart', '"grace hopper"', 'HBR-001'])
      expect([text, await found({ text })]).toEqual([text, [id]]);
    for (const text of ['hopper -sent', 'nobody', 'remotestop']) expect([text, await found({ text })]).toEqual([text, []]);
    expect(await found({ actorId: 'p-1', action: 'command.', entityType: 'command' })).toEqual([id]);
    expect(await found({ action: 'mand.sent' })).toEqual([]);
    expect(await found({ from: timestampFromDate(day), before: timestampFromDate(new Date(day.getTime() + 1)) })).toEqual([id]);
    expect(await found({ before: timestampFromDate(day) })).toEqual([]);
  });

  it('has each deed once, newest first, page by page', async () => {
    const at = (minute: number) => new Date(Date.UTC(2026, 1, 1, 0, minute));
    const ids: string[] = [];
    for (let minute = 0; minute < 5; minute += 1) ids.push(await told(at(minute), actor('pager')));
    await told(at(0), { auditId: ids[0] ?? '', ...actor('pager') });
    const read: string[] = [];
    for (let cursor = ''; ;) {
      const { entries, page } = await audit().searchAudit({ actorId: 'pager', page: { limit: 2, cursor } });
      read.push(...entries.map((entry) => entry.auditId));
      cursor = page?.nextCursor ?? '';
      if (cursor === '') break;
    }
    expect(read).toEqual([...ids].reverse());
  });

  it('shows a tenant its own', async () => {
    await told(new Date('2026-03-06T00:00:00Z'), { entityName: 'geheim' });
    const other = (await accounts.tenant('protokoll-2')).tenantId;
    expect((await audit(['tenant-admin'], other).searchAudit({ text: 'geheim' })).entries).toEqual([]);
    expect(await code(audit(['operator']).searchAudit({}))).toBe('grpc.role-missing');
  });

  it('parks what it cannot read instead of guessing', async () => {
    const nobody = { kind: AuditActorKind.UNSPECIFIED, id: '', name: '', via: '' };
    const kept = told(new Date('2026-03-07T00:00:00Z'), { actor: create(AuditEntrySchema, { actor: nobody }).actor });
    expect(await code(kept)).toBe('accounts.audit-entry-incomplete');
  });

  it('keeps a month in a partition, and drops it when it is old enough', async () => {
    const months = async () => {
      const { rows } = await accounts.admin.query<{ name: string }>(
        `SELECT relname AS name FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
          WHERE nspname = 'accounts' AND relname ~ '^audit_entry_m' AND relkind = 'r' ORDER BY relname`,
      );
      return rows.map((row) => row.name);
    };
    await told(new Date('2024-01-31T23:59:59Z'), {});
    await told(new Date('2024-02-01T00:00:00Z'), {});
    expect(await months()).toEqual(expect.arrayContaining(['audit_entry_m202401', 'audit_entry_m202402']));
    expect((await accounts.admin.query('SELECT 1 FROM accounts.audit_entry_default')).rowCount).toBe(0);
    const clock = new ManualClock(new Date('2026-02-15T00:00:00Z'));
    expect(await new MonthKeeper(database, { dropMonths: 'drop_audit_months', months: 24 }, clock, telemetry).keep()).toEqual([
      'audit_entry_m202401',
    ]);
    expect(await months()).not.toContain('audit_entry_m202401');
  });

  it('cannot be changed by the service that keeps it', async () => {
    const changed = database.asWorker((tx) => tx.query(`UPDATE audit_entry SET actor_id = 'nobody'`));
    await expect(changed).rejects.toMatchObject({ code: '42501' });
    const removed = database.asTenant(tenantId, (tx) => tx.query('DELETE FROM audit_entry'));
    await expect(removed).rejects.toMatchObject({ code: '42501' });
  });
});

function actor(id: string): Pick<AuditEntry, 'actor'> {
  const { actor: made } = create(AuditEntrySchema, { actor: { kind: AuditActorKind.PERSON, id } });
  return { actor: made };
}
