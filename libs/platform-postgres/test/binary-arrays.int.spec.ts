import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { binaryArray } from '../src/index.js';
import { openHarness, type Harness } from './harness.js';

let h: Harness;
beforeAll(async () => {
  h = await openHarness();
});
afterAll(() => h.close());

/** As text, as the server has read them. */
async function read(type: string, array: Buffer): Promise<(string | null)[]> {
  const rows = await h.db.query<{ element: string | null }>(
    `SELECT element::text AS element FROM unnest($1::${type}[]) WITH ORDINALITY AS e (element, n) ORDER BY n`,
    [array],
  );
  return rows.map(({ element }) => element);
}

describe('an array in binary form', () => {
  const uuid = '0198a0a0-0000-7abc-8def-00ff10200001';

  it.each([
    ['uuid', binaryArray.uuid([uuid, null, uuid.toUpperCase()]), [uuid, null, uuid]],
    ['integer', binaryArray.int4([0, -1, null, 2_147_483_647]), ['0', '-1', null, '2147483647']],
    ['bigint', binaryArray.int8([9_007_199_254_740_993n, null, -5]), ['9007199254740993', null, '-5']],
    [
      'text',
      binaryArray.text(['', null, 'a "quoted", {braced} \\ text', 'NULL', 'Zürich ⚡']),
      ['', null, 'a "quoted", {braced} \\ text', 'NULL', 'Zürich ⚡'],
    ],
    ['jsonb', binaryArray.jsonb(['[{"value":"1,5"}]', null]), ['[{"value": "1,5"}]', null]],
    ['bytea', binaryArray.bytea([Buffer.from([0, 255]), new Uint8Array()]), ['\\x00ff', '\\x']],
  ])('of %s is read as it was meant', async (type, array, elements) => {
    expect(await read(type, array)).toEqual(elements);
  });

  it('of times is read to the millisecond, of any century', async () => {
    const times = ['2026-11-28T21:45:00.123Z', '1999-12-31T23:59:59.999Z', '1899-01-01T00:00:00.001Z', '2000-01-01T00:00:00.000Z'];
    const rows = await h.db.query<{ at: Date | null }>('SELECT unnest($1::timestamptz[]) AS at', [
      binaryArray.timestamptz([...times.map((time) => new Date(time)), null]),
    ]);
    expect(rows.map(({ at }) => at?.toISOString() ?? null)).toEqual([...times, null]);
  });

  it.each(['uuid', 'int4', 'int8', 'timestamptz', 'text', 'jsonb', 'bytea'] as const)('of %s may be empty', async (type) => {
    expect(await read(type, binaryArray[type]([]))).toEqual([]);
  });

  it.each(['', uuid.slice(1), `${uuid}0`, uuid.replace('a', 'g'), uuid.replace('-', '0'), uuid.replace('0', 'ä')])(
    'is not made of %j, which is no UUID',
    (text) => {
      expect(() => binaryArray.uuid([text])).toThrow(new TypeError('A UUID was expected.'));
    },
  );

  it('of another type than the statement says is refused by the server', async () => {
    await expect(read('uuid', binaryArray.text([uuid]))).rejects.toMatchObject({ code: '42804' });
  });
});
