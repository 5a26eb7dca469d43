import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { uuidv7 } from '@ampline/kernel-ids';
import { tenantPrisma, type PrismaClientLike, type PrismaTransaction, type TenantPrisma } from '../src/index.js';
import { openHarness, type Harness } from './harness.js';

interface Room {
  roomId: string;
  tenantId: string;
  name: string;
  energyWh: bigint;
}

/** The part of the generated client that is used here: it is generated below, after the type check. */
interface Client extends PrismaClientLike {
  room: {
    findUnique(query: object): Promise<Room | null>;
    findMany(query?: object): Promise<Room[]>;
    create(query: object): Promise<Room>;
    count(): Promise<number>;
  };
  $queryRaw(text: TemplateStringsArray): Promise<unknown[]>;
  $transaction<T>(run: (client: PrismaTransaction<Client>) => Promise<T>): Promise<T>;
}

let h: Harness;
let prisma: TenantPrisma<Client>;
let bare: Client;
let PrismaClient: new (options: object) => Client;

beforeAll(async () => {
  const folder = new URL('.', import.meta.url);
  execFileSync('prisma', ['generate', '--schema', 'prisma/schema.prisma'], {
    cwd: folder,
    stdio: 'pipe',
    // Any file will do: without this Prisma downloads an engine that generating does not need.
    env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath },
  });
  ({ PrismaClient } = (await import('./src/generated/client.js' as string)) as { PrismaClient: typeof PrismaClient });
  h = await openHarness();
  prisma = tenantPrisma(h.db, (adapter) => {
    bare = new PrismaClient({ adapter });
    return bare;
  });
});
afterAll(async () => {
  await prisma.close();
  await h.close();
});
beforeEach(() => h.db.query('DELETE FROM room'));

const room = (tenantId: string, name: string): { data: object } => ({ data: { roomId: uuidv7(), tenantId, name } });
const make = (tenantId: string, name: string): Promise<Room> =>
  prisma.asTenant(tenantId, (client) => client.room.create(room(tenantId, name)));

describe('tenantPrisma', () => {
  it('never shows tenant A a row of tenant B, also when both ask in the same tick', async () => {
    const blue = await make(h.tenantA, 'blue');
    const red = await make(h.tenantB, 'red');
    const find = (tenantId: string, roomId: string): Promise<Room | null> =>
      prisma.asTenant(tenantId, (client) => client.room.findUnique({ where: { roomId } }));
    const looks = Array.from({ length: 40 }, async (_, i) => {
      const [tenantId, own, foreign] = i % 2 ? [h.tenantA, blue, red] : [h.tenantB, red, blue];
      await expect(Promise.all([find(tenantId, own.roomId), find(tenantId, foreign.roomId)])).resolves.toEqual([own, null]);
      await expect(prisma.asTenant(tenantId, (client) => client.room.findMany())).resolves.toEqual([own]);
    });
    await Promise.all(looks);
  });

  it('merges lookups of one tick inside a transaction only', async () => {
    const rooms = [await make(h.tenantA, 'one'), await make(h.tenantA, 'two')];
    const found = await prisma.asTenant(h.tenantA, (client) =>
      Promise.all(rooms.map(({ roomId }) => client.room.findUnique({ where: { roomId } }))),
    );
    expect(found).toEqual(rooms);
  });

  it('cannot write a row of another tenant', async () => {
    await expect(prisma.asTenant(h.tenantA, (client) => client.room.create(room(h.tenantB, 'red')))).rejects.toThrow();
    await expect(prisma.asWorker((client) => client.room.count())).resolves.toBe(0);
  });

  it('shares connection, commit and rollback with SQL', async () => {
    await prisma.asTenant(h.tenantA, async (client, tx) => {
      await client.room.create(room(h.tenantA, 'blue'));
      await expect(tx.query('SELECT name FROM room')).resolves.toEqual([{ name: 'blue' }]);
    });
    const failure = new Error('no');
    const rolledBack = prisma.asTenant(h.tenantA, async (client, tx) => {
      await client.room.create(room(h.tenantA, 'red'));
      await tx.query(`UPDATE room SET name = 'gone' WHERE name = 'blue'`);
      throw failure;
    });
    await expect(rolledBack).rejects.toBe(failure);
    await expect(h.db.query('SELECT name FROM room')).resolves.toEqual([{ name: 'blue' }]);
  });

  it('writes nested records', async () => {
    const nested = { data: { ...room(h.tenantA, 'blue').data, beds: { create: [{ bedId: uuidv7(), tenantId: h.tenantA }] } } };
    await prisma.asTenant(h.tenantA, (client) => client.room.create(nested));
    await expect(h.db.query('SELECT count(*) FROM bed')).resolves.toEqual([{ count: 1n }]);
    await h.db.query('DELETE FROM bed');
  });

  it('refuses every query outside of a transaction', async () => {
    await make(h.tenantA, 'blue');
    await expect(bare.room.findMany()).rejects.toThrow();
    await expect(bare.$queryRaw`SELECT 1`).rejects.toThrow();
    await expect(bare.$transaction((client) => client.room.findMany())).rejects.toThrow();
  });

  it('gives its connection back, whatever happened on it', async () => {
    const narrow = tenantPrisma(h.open({ pool: { app: 1, worker: 1 } }), (adapter) => new PrismaClient({ adapter }));
    for (let i = 0; i < 5; i++) {
      await expect(narrow.asTenant(h.tenantA, (client) => client.room.create(room(h.tenantB, 'red')))).rejects.toThrow();
      await expect(narrow.asTenant(h.tenantA, (client) => client.room.count())).resolves.toBe(0);
    }
    await narrow.close();
  });
});
