import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ExportMessagesRequestSchema } from '@ampline/contracts';
import { uuidv7 } from '@ampline/kernel-ids';
import { Database } from '@ampline/platform-postgres';
import { derivedPassword } from '@ampline/platform-runner';
import { testTelemetry } from '@ampline/platform-telemetry';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { MessagePruning } from '../src/archive/message-pruning.js';
import { codeOf, RunningCsms, SECRET, type TestTenant } from './support/running-csms.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const NOW_MS = Date.now();

let csms: RunningCsms;
let demo: TestTenant;
let other: TestTenant;
const stationIds: Record<string, string> = {};

const ago = (ms: number) => timestampFromDate(new Date(NOW_MS - ms));

/** Messages of a station, each so long ago, under the id `<identity>-<n>`. */
async function archive(tenant: TestTenant, identity: string, agesMs: readonly number[], action = 'Heartbeat'): Promise<void> {
  await csms.admin.query(
    `INSERT INTO ocpp_message (received_at, message_uuid, tenant_id, station_id, epoch, direction, action, message_id, request_frame, result)
     SELECT at, id, $3, $4, 1, 'from-station', $5, $6 || '-' || n, '[]', CASE WHEN n % 2 = 0 THEN 'InternalError' ELSE 'ok' END
       FROM unnest($1::timestamptz[], $2::uuid[]) WITH ORDINALITY AS m (at, id, n)`,
    [agesMs.map((ms) => new Date(NOW_MS - ms)), agesMs.map(() => uuidv7()), tenant.tenantId, stationIds[identity], action, identity],
  );
}

beforeAll(async () => {
  csms = await RunningCsms.start({ OCPP_CSMS_MESSAGE_RETENTION_DAYS: '30' });
  [demo, other] = [await csms.tenant('demo'), await csms.tenant('other')];
  for (const [tenant, identity] of [
    [demo, 'A'],
    [demo, 'B'],
    [other, 'C'],
  ] as const) {
    stationIds[identity] = (await csms.station(tenant, identity)).stationId;
  }
  await archive(
    demo,
    'A',
    Array.from({ length: 250 }, (_, n) => (300 - n) * 1_000),
  );
  await archive(demo, 'B', [6 * HOUR_MS, 3 * HOUR_MS], 'Authorize');
  await archive(other, 'C', [HOUR_MS]);
});
afterAll(() => csms.stop());

describe('the archive as a stream', () => {
  const exported = async (filter: MessageInitShape<typeof ExportMessagesRequestSchema>, tenant = demo): Promise<string[]> => {
    const found: string[] = [];
    for await (const { stationIdentity, message } of csms.as('support', tenant.tenantId).stations.exportMessages(filter)) {
      expect(message?.messageId).toContain(stationIdentity);
      found.push(message?.messageId ?? '');
    }
    return found;
  };
  const today = { receivedFrom: ago(DAY_MS), receivedBefore: ago(0) };

  it('has every message of a station, oldest first, over all pages', async () => {
    expect(await exported({ stationId: stationIds['A'] ?? '' })).toEqual(Array.from({ length: 250 }, (_, n) => `A-${n + 1}`));
  });

  it('has those of a site, or of the whole tenant, and of nobody else', async () => {
    expect(await exported({ ...today, siteId: demo.siteId })).toHaveLength(252);
    expect(await exported(today)).toHaveLength(252);
    expect(await exported(today, other)).toEqual(['C-1']);
    expect(await exported({ ...today, siteId: demo.siteId }, other)).toEqual([]);
    expect(await exported({ stationId: stationIds['A'] ?? '' }, other)).toEqual([]);
  });

  it('is narrowed by action, result and time', async () => {
    expect(await exported({ ...today, action: 'Authorize' })).toEqual(['B-1', 'B-2']);
    expect(await exported({ ...today, action: 'Authorize', result: 'not-ok' })).toEqual(['B-2']);
    expect(await exported({ receivedFrom: ago(4 * HOUR_MS), receivedBefore: ago(2 * HOUR_MS) })).toEqual(['B-2']);
  });

  it.each([
    ['of all stations without a time', {}],
    ['of all stations over more than 31 days', { receivedFrom: ago(32 * DAY_MS), receivedBefore: ago(0) }],
    ['of a station and a site at once', { stationId: uuidv7(), siteId: uuidv7() }],
    ['of what is no station', { stationId: 'A' }],
  ])('is refused: %s', async (_, filter) => {
    expect(await codeOf(exported(filter))).toBe('csms.invalid-field');
  });
});

describe('how long a tenant keeps its messages', () => {
  const admin = (tenant = demo) => csms.as('tenant-admin', tenant.tenantId).stations;

  it('is as long as the installation until somebody says less, which is audited', async () => {
    expect((await admin().getMessageRetention({})).retention).toMatchObject({ maximumDays: 30 });
    expect((await admin().setMessageRetention({ days: 7 })).retention).toMatchObject({ days: 7, maximumDays: 30 });
    expect((await admin().getMessageRetention({})).retention?.days).toBe(7);
    expect((await admin(other).getMessageRetention({})).retention?.days).toBeUndefined();
    const { rows } = await csms.admin.query<{ detail: unknown }>(
      `SELECT (payload::jsonb ->> 'detailJson')::jsonb AS detail FROM outbox WHERE payload::jsonb ->> 'action' = 'message-retention.set'`,
    );
    expect(rows).toEqual([{ detail: { days: 7, before: null } }]);
  });

  it.each([0, 31, -1])('is not %i days', async (days) => {
    expect(await codeOf(admin().setMessageRetention({ days }))).toBe('csms.invalid-field');
  });

  it('is nothing that an operator sets', async () => {
    expect(await codeOf(csms.as('operator', demo.tenantId).stations.setMessageRetention({ days: 1 }))).toBe('grpc.role-missing');
  });

  it('is kept to by deleting what is older, of that tenant alone', async () => {
    await archive(demo, 'A', [8 * DAY_MS, 8 * DAY_MS + 1, 20 * DAY_MS, 6 * DAY_MS]);
    await archive(other, 'C', [20 * DAY_MS]);
    const role = (name: string) => derivedPassword(SECRET, `postgres:csms_${name}`);
    const telemetry = testTelemetry('ocpp-csms', { spans: false });
    const password = { app: role('app'), worker: role('worker') };
    const database = new Database({ url: csms.database.adminUrl, schema: 'csms', pool: { app: 1, worker: 1 }, password }, telemetry);
    try {
      expect(await new MessagePruning(database, telemetry).run(new AbortController().signal)).toBe(3);
      expect(await new MessagePruning(database, telemetry).run(new AbortController().signal)).toBe(0);
      await expect(new MessagePruning(database, telemetry).run(AbortSignal.abort())).rejects.toThrow();
    } finally {
      await database.close();
    }
    const { rows } = await csms.admin.query(
      `SELECT count(*)::int AS left FROM ocpp_message WHERE received_at < now() - interval '2 days' GROUP BY tenant_id ORDER BY 1`,
    );
    expect(rows).toEqual([{ left: 1 }, { left: 1 }]);
    await admin().setMessageRetention({});
    expect((await admin().getMessageRetention({})).retention?.days).toBeUndefined();
  });
});
