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

  it.each(['nonsense', encodeCursor(['one']), Buffer.from('{}').toString('base64url'), Buffer.from('[{},{}]').toString('base64url')])(
    'refuses the cursor %s',
    (cursor) => {
      expect(() => keyset(order, cursor)).toThrow(expect.objectContaining({ code: 'database.bad-cursor', kind: 'invalid' }));
    },
  );

  it('writes no column name that would need quoting', () => {
    expect(() => keyset({ ...order, columns: [{ name: 'a; drop table b', type: 'text' }] }, undefined)).toThrow(
      expect.objectContaining({ code: 'database.bad-name' }),
    );
  });
});
