import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { schemaDrift, type Datamodel } from '../src/index.js';
import { openHarness, schema, type Harness } from './harness.js';

const field = (name: string, type: string, extra: object = {}): Datamodel['models'][0]['fields'][0] => ({
  name,
  kind: 'scalar',
  type,
  isList: false,
  isRequired: true,
  ...extra,
});
const uuid = { nativeType: ['Uuid', []] as [string, string[]] };
const model = (): Datamodel => ({
  models: [
    {
      name: 'Room',
      dbName: 'room',
      fields: [
        field('roomId', 'String', { dbName: 'room_id', ...uuid }),
        field('tenantId', 'String', { dbName: 'tenant_id', ...uuid }),
        field('name', 'String'),
        field('state', 'RoomState', { kind: 'enum' }),
        field('energyWh', 'BigInt', { dbName: 'energy_wh' }),
        field('price', 'Decimal', { isRequired: false, nativeType: ['Decimal', ['12', '2']] }),
        field('createdAt', 'DateTime', { dbName: 'created_at', nativeType: ['Timestamptz', ['3']] }),
        field('beds', 'Bed', { kind: 'object', isList: true }),
      ],
    },
  ],
  enums: [{ name: 'RoomState', dbName: 'room_state', values: [{ name: 'FREE' }, { name: 'TAKEN' }] }],
});
const ignoreTables = ['bed', 'reading', 'cursor_position', 'post'];

describe('schemaDrift', () => {
  let h: Harness;
  let client: pg.Client;
  beforeAll(async () => {
    h = await openHarness();
    client = new pg.Client({ connectionString: h.database.adminUrl });
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    await h.close();
  });

  it('finds none where there is none; partitions and migrations are not compared', async () => {
    await expect(schemaDrift(client, schema, model(), { ignoreTables })).resolves.toEqual([]);
  });

  it('finds a column only here, a column only there, another type, another enum', async () => {
    const changed = model();
    const fields = changed.models[0]?.fields ?? [];
    fields[2] = field('title', 'String');
    fields[4] = field('energyWh', 'Int', { dbName: 'energy_wh', isRequired: false });
    changed.enums[0]?.values.push({ name: 'CLOSED' });
    await expect(schemaDrift(client, schema, changed, { ignoreTables })).resolves.toEqual([
      'enum room_state: schema.prisma FREE, TAKEN, CLOSED, database FREE, TAKEN',
      'room.energy_wh: schema.prisma int4, database int8 not null',
      'room.name: only in the database',
      'room.title: schema.prisma text not null, database missing',
    ]);
  });
});
