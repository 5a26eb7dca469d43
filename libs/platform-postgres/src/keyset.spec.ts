import { describe, expect, it } from '@jest/globals';
import { encodeCursor, keyset, type KeysetOrder } from './keyset.js';

const order: KeysetOrder = {
  columns: [
    { name: 'started_at', type: 'timestamptz' },
    { name: 'session_id', type: 'uuid' },
  ],
  direction: 'desc',
};

describe('keyset', () => {
  it('starts with everything', () => {
    expect(keyset(order, undefined)).toEqual({ where: 'true', orderBy: 'started_at desc, session_id desc', params: [] });
  });

  it('continues after the row of the cursor', () => {
    const values = ['2026-01-02T03:04:05.123456Z', '0190a6ae-3f6b-7c2e-8f00-000000000001'];
    expect(keyset(order, encodeCursor(values), 3)).toEqual({
      where: '(started_at, session_id) < ($3::timestamptz, $4::uuid)',
      orderBy: 'started_at desc, session_id desc',
      params: values,
    });
  });

  const ID = '0190a6ae-3f6b-7c2e-8f00-000000000001';
  it.each([
    'nonsense',
    encodeCursor(['one']),
    Buffer.from('{}').toString('base64url'),
    Buffer.from('[{},{}]').toString('base64url'),
    encodeCursor(['', '']),
    encodeCursor(['2026-01-02T03:04:05Z', 'one']),
    encodeCursor(['yesterday', ID]),
    encodeCursor(['2026-13-02 03:04:05+00', ID]),
    encodeCursor(['2026-02-31 03:04:05+00', ID]),
    encodeCursor(['0000-01-01 00:00:00+00', ID]),
    encodeCursor([1, 2]),
  ])('refuses the cursor %s', (cursor) => {
    expect(() => keyset(order, cursor)).toThrow(expect.objectContaining({ code: 'database.bad-cursor', kind: 'invalid' }));
  });

  it('takes the time as PostgreSQL writes it', () => {
    for (const at of ['2026-01-02 03:04:05.123456+00', '2026-01-02 03:04:05+05:30']) {
      expect(keyset(order, encodeCursor([at, ID])).params).toEqual([at, ID]);
    }
  });

  it('refuses text that no column holds, and numbers beyond 64 bits', () => {
    const by = (type: 'text' | 'bigint'): KeysetOrder => ({ columns: [{ name: 'key', type }], direction: 'asc' });
    for (const [type, value] of [
      ['text', 'a\0'],
      ['bigint', 1e30],
      ['bigint', 'x'],
    ] as const) {
      expect(() => keyset(by(type), encodeCursor([value]))).toThrow(expect.objectContaining({ code: 'database.bad-cursor' }));
    }
    expect(keyset(by('text'), encodeCursor(["';--\n"])).params).toEqual(["';--\n"]);
  });

  it('writes no column name that would need quoting', () => {
    expect(() => keyset({ ...order, columns: [{ name: 'a; drop table b', type: 'text' }] }, undefined)).toThrow(
      expect.objectContaining({ code: 'database.bad-name' }),
    );
  });
});
