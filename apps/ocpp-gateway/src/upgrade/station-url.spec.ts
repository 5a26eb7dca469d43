import { describe, expect, it } from '@jest/globals';
import { readStationUrl } from './station-url.js';

describe('the path a station connects to', () => {
  it.each([
    ['/ocpp/acme/S1', 'acme', 'S1'],
    ['/ocpp/S1', undefined, 'S1'],
    ['/ocpp/acme/S1/', 'acme', 'S1'],
    ['//ocpp//acme//S1', 'acme', 'S1'],
    ['/ocpp/acme/S1?x=1#y', 'acme', 'S1'],
    ['/ocpp/acme/DE%2AABC%2AE1', 'acme', 'DE*ABC*E1'],
    ['/ocpp/acme/a%2Fb', 'acme', 'a/b'],
    ['/ocpp/acme/gr%C3%BCn', 'acme', 'grün'],
    ['/ocpp/acme/..', 'acme', '..'],
  ])('%s names a station', (url, tenant, station) => {
    expect(readStationUrl(url)).toEqual({ kind: 'station', station, ...(tenant !== undefined && { tenant }) });
  });

  it.each([
    ['/ocpp/acme/T0KEN/S1', 'T0KEN'],
    ['/ocpp/acme/S1?token=T0KEN', 'T0KEN'],
    ['/ocpp/acme/T%2FKEN/S1', 'T/KEN'],
    ['/ocpp/acme/S1?token=', undefined],
    ['/ocpp/acme/S1?x=token', undefined],
  ])('%s carries the registration token %s', (url, token) => {
    expect(readStationUrl(url)).toEqual({ kind: 'station', tenant: 'acme', station: 'S1', ...(token !== undefined && { token }) });
  });

  it.each(['/', '/ocpp', '/ocpp/', '/graphql', '/ocpp/a/b/c/d', '/OCPP/acme/S1', ''])('%s leads elsewhere', (url) => {
    expect(readStationUrl(url)).toEqual({ kind: 'elsewhere' });
  });

  it.each(['/ocpp/acme/%', '/ocpp/acme/%zz', '/ocpp/acme/%FF', '/ocpp/acme/%00', '/ocpp/acme/a%0Ab', `/ocpp/acme/${'x'.repeat(256)}`])(
    '%s is malformed',
    (url) => {
      expect(readStationUrl(url)).toEqual({ kind: 'malformed' });
    },
  );
});
