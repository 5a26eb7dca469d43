import { AppError } from '@ampline/kernel-errors';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isUuid, parseId, uuidv7, UuidV7Source } from './index.js';

const V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const millisecond = fc.integer({ min: 0, max: 2 ** 48 - 1 });

describe('uuidv7', () => {
  it('depends on its arguments alone when random bytes are given', () => {
    const random = Uint8Array.from([0xff, 0xff, 0xff, 2, 3, 4, 5, 6, 7, 8]);
    expect(uuidv7(0x0123456789ab, random)).toBe('01234567-89ab-77ff-bf02-030405060708');
    expect(uuidv7(0x0123456789ab, random)).toBe(uuidv7(0x0123456789ab, random));
  });

  it('has version 7, the RFC variant and the given millisecond', () => {
    fc.assert(
      fc.property(millisecond, fc.uint8Array({ minLength: 10, maxLength: 10 }), (ms, random) => {
        const id = uuidv7(ms, random);
        expect(id).toMatch(V7);
        expect(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(ms);
      }),
    );
  });

  it('sorts by time as text', () => {
    fc.assert(
      fc.property(millisecond, millisecond, (a, b) => {
        fc.pre(a !== b);
        expect(uuidv7(a) < uuidv7(b)).toBe(a < b);
      }),
    );
  });

  it('rises strictly, thousands within a millisecond, and is unique', () => {
    const ids = Array.from({ length: 20_000 }, () => uuidv7());
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.every((id, i) => i === 0 || (ids[i - 1] as string) < id)).toBe(true);
  });

  it('keeps an explicit time and still rises within it', () => {
    const source = new UuidV7Source();
    const ids = Array.from({ length: 2_000 }, () => source.next(1_700_000_000_000));
    expect(ids.every((id, i) => i === 0 || (ids[i - 1] as string) < id)).toBe(true);
    expect(new Set(ids.map((id) => id.slice(0, 13))).size).toBe(1);
  });

  it('does not go back when the wall clock does', () => {
    const source = new UuidV7Source();
    const ahead = source.next(Date.now() + 60_000);
    expect(source.next() > ahead).toBe(true);
  });
});

describe('parseId', () => {
  it('accepts a UUID of any version and lower-cases it', () => {
    expect(parseId('StationId', '0190F0A0-0000-4000-8000-00000000000A')).toBe('0190f0a0-0000-4000-8000-00000000000a');
    expect(isUuid(uuidv7())).toBe(true);
  });

  it.each([
    '',
    'EXT-001',
    '0190f0a0000070008000000000000001',
    '0190f0a0-0000-7000-8000-00000000000g',
    ' 0190f0a0-0000-7000-8000-000000000001',
  ])('refuses %p', (text) => {
    expect(isUuid(text)).toBe(false);
    expect(() => parseId('StationId', text)).toThrow(AppError);
  });
});
