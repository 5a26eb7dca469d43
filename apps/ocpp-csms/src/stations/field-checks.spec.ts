import { create } from '@bufbuild/protobuf';
import { describe, expect, it } from '@jest/globals';
import { CreateLocationRequestSchema, CreateSiteRequestSchema, CreateStationRequestSchema } from '@ampline/contracts';
import { AppError } from '@ampline/kernel-errors';
import { checkedId, checkLocation, checkPassword, checkSite, checkStation } from './field-checks.js';

function refusedField(run: () => unknown): string | undefined {
  try {
    run();
    return undefined;
  } catch (e) {
    if (AppError.is(e, 'csms.invalid-field')) return e.details?.['field'] as string;
    throw e;
  }
}

const station = (o: object) => () =>
  checkStation(
    create(CreateStationRequestSchema, { identity: 'EXT-001', evses: [{ connectors: [{ type: 'cType2', maxPowerW: 22_000n }] }], ...o }),
  );
const location = (o: object) => () =>
  checkLocation(
    create(CreateLocationRequestSchema, {
      name: 'Yard',
      address: 'Hafenstr. 1',
      postalCode: '20457',
      city: 'Hamburg',
      countryCode: 'DEU',
      ...o,
    }),
  );
const site = (o: object) => () => checkSite(create(CreateSiteRequestSchema, { name: 'Harbour', timeZone: 'Europe/Berlin', ...o }));

describe('fields at the edge', () => {
  it.each(['EXT-001', 'Säule_7', 'A', 'x'.repeat(48), 'a*b.c', 'DE*AMP*P1'])('takes the identity %s', (identity) => {
    expect(refusedField(station({ identity }))).toBeUndefined();
  });

  it.each(['.', '..', '', 'x'.repeat(49), 'a b', 'a/b', 'a:b', 'a?b', 'a#b', 'a%20b', 'a\u0000', 'a\u200bb'])(
    'refuses the identity %j',
    (identity) => {
      expect(refusedField(station({ identity }))).toBe('identity');
    },
  );

  it.each([
    ['x'.repeat(15), 'password'],
    ['x'.repeat(41), 'password'],
    ['with blanks in it 1', 'password'],
    ['ünfzehnfünfzehnfünf', 'password'],
    ['x'.repeat(16), undefined],
    ['ampline-demo-station', undefined],
    ['x'.repeat(40), undefined],
  ])('password %s: %s', (password, field) => {
    expect(refusedField(() => checkPassword(password))).toBe(field);
  });

  it.each([
    ['DE*AMP*E1234*1', undefined],
    ['DEAMPE12341', undefined],
    ['DE*AMP*1234', 'evses.code'],
    ['D*AMP*E1', 'evses.code'],
  ])('EVSE id %s: %s', (code, field) => {
    expect(refusedField(station({ evses: [{ code, connectors: [{}] }] }))).toBe(field);
  });

  it('refuses a station without EVSE, an EVSE without connector, an EVSE id twice, negative power', () => {
    expect(refusedField(station({ evses: [] }))).toBe('evses');
    expect(refusedField(station({ evses: [{}] }))).toBe('evses.connectors');
    const twice = ['DE*AMP*E1', 'de*amp*e1'].map((code) => ({ code, connectors: [{}] }));
    expect(refusedField(station({ evses: twice }))).toBe('evses.code');
    expect(refusedField(station({ evses: [{ connectors: [{ maxPowerW: -1n }] }] }))).toBe('evses.connectors.max_power_w');
  });

  it.each([
    [{ latitude: '53.5438', longitude: '9.9768' }, undefined],
    [{ latitude: '-90', longitude: '180' }, undefined],
    [{}, undefined],
    [{ latitude: '53.5438' }, 'latitude'],
    [{ latitude: '90.1', longitude: '0' }, 'latitude'],
    [{ latitude: '1.12345678', longitude: '0' }, 'latitude'],
    [{ latitude: '0', longitude: '-180.5' }, 'longitude'],
    [{ latitude: '0', longitude: '1e2' }, 'longitude'],
    [{ countryCode: 'DE' }, 'country_code'],
    [{ city: '' }, 'city'],
  ])('location %j: %s', (o, field) => {
    expect(refusedField(location(o))).toBe(field);
  });

  it.each([
    ['Europe/Berlin', undefined],
    ['America/Argentina/Buenos_Aires', undefined],
    ['UTC', undefined],
    ['+01:00', 'time_zone'],
    ['Europe/Atlantis', 'time_zone'],
    ['', 'time_zone'],
  ])('time zone %s: %s', (timeZone, field) => {
    expect(refusedField(site({ timeZone }))).toBe(field);
  });

  it('takes ids in either case and gives them in lower case', () => {
    expect(checkedId('station_id', '0190A000-0000-7000-8000-00000000000A')).toBe('0190a000-0000-7000-8000-00000000000a');
    expect(refusedField(() => checkedId('station_id', 'EXT-001'))).toBe('station_id');
  });
});
