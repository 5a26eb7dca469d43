import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { judgeStationTime, parseStationTime } from './index.js';

describe('parseStationTime', () => {
  it.each([
    ['2025-03-01T10:00:00Z', '2025-03-01T10:00:00.000Z', true],
    ['2025-03-01T10:00:00.5Z', '2025-03-01T10:00:00.500Z', true],
    ['2025-03-01T10:00:00.123456789Z', '2025-03-01T10:00:00.123Z', true],
    ['2025-03-01T10:00:00,250z', '2025-03-01T10:00:00.250Z', true],
    ['2025-03-01t10:00:00+01:00', '2025-03-01T09:00:00.000Z', true],
    ['2025-03-01T10:00:00+0100', '2025-03-01T09:00:00.000Z', true],
    ['2025-03-01T10:00:00-05', '2025-03-01T15:00:00.000Z', true],
    ['2025-03-01T10:00Z', '2025-03-01T10:00:00.000Z', true],
    ['2025-03-01 10:00:00', '2025-03-01T10:00:00.000Z', false],
    ['2025-03-01T10:00:00', '2025-03-01T10:00:00.000Z', false],
    [' 2025-03-01T10:00:00 Z ', '2025-03-01T10:00:00.000Z', true],
    ['2024-02-29T23:59:60Z', '2024-03-01T00:00:00.000Z', true],
    ['1970-01-01T00:00:07Z', '1970-01-01T00:00:07.000Z', true],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z', true],
  ])('reads %j', (raw, iso, zoned) => {
    const time = parseStationTime(raw);
    expect(time.at?.toISOString()).toBe(iso);
    expect(time).toMatchObject({ zoned, raw });
  });

  it.each([
    ...['', 'now', '2025-03-01', '2025-02-29T10:00:00Z', '2025-13-01T10:00:00Z', '2025-00-01T10:00:00Z', '2025-03-01T24:00:00Z'],
    ...['2025-03-01T10:60:00Z', '2025-03-01T10:00:61Z', '2025-03-01T10:00:00+25:00', '1700000000', '01/03/2025 10:00', '20250301T100000Z'],
    ...['2025-03-01T10:00:00ZZ', '2025-03-01T10:00:00 Europe/Berlin'],
  ])('keeps %j as unreadable', (raw) => {
    expect(parseStationTime(raw)).toEqual({ at: null, zoned: false, raw });
  });

  it('takes a time without a zone as one of the zone that is meant', () => {
    const raw = '2025-07-01T10:00:00.250';
    expect(parseStationTime(raw, 'Europe/Berlin')).toEqual({ at: new Date('2025-07-01T08:00:00.250Z'), zoned: true, raw });
    expect(parseStationTime('2025-07-01T10:00:00Z', 'Europe/Berlin').at).toEqual(new Date('2025-07-01T10:00:00Z'));
  });

  it('reads back what we print ourselves', () => {
    const date = fc.date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true });
    fc.assert(fc.property(date, (at) => expect(parseStationTime(at.toISOString())).toEqual({ at, zoned: true, raw: at.toISOString() })));
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (raw) => expect(parseStationTime(raw).raw).toBe(raw)));
  });
});

describe('judgeStationTime', () => {
  const receivedAt = new Date('2025-06-01T12:00:00Z');

  it.each([
    ['2025-06-01T12:00:00Z', 'plausible'],
    ['2025-06-01T12:05:00Z', 'plausible'],
    ['2025-06-01T12:05:01Z', 'future'],
    ['2099-01-01T00:00:00Z', 'future'],
    ['2024-05-01T00:00:00Z', 'plausible'],
    ['2024-04-01T00:00:00Z', 'past'],
    ['1970-01-01T00:00:00Z', 'past'],
    ['2000-01-01T00:00:00', 'past'],
    ['2025-06-01T14:00:00', 'without-zone'],
    ['2025-06-02T02:00:00', 'without-zone'],
    ['2025-06-02T03:00:00', 'future'],
    ['2025-06-01T10:00:00', 'without-zone'],
    ['yesterday', 'unreadable'],
  ])('%s is %s', (raw, verdict) => {
    expect(judgeStationTime(parseStationTime(raw), receivedAt)).toBe(verdict);
  });
});
