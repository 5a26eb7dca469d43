import { describe, expect, it } from '@jest/globals';
import { matchesStationPassword, stationPasswordHash } from './station-password.js';

const KEY_TEXT = '41427544206d6f7265207468616e2031366279746573';

describe('a station password', () => {
  it('is matched as the text it was set to, and by nothing else', () => {
    const hash = stationPasswordHash('ampline-demo-station');
    expect(matchesStationPassword(hash, 'ampline-demo-station')).toBe(true);
    expect(matchesStationPassword(hash, 'ampline-demo-Station')).toBe(false);
    expect(matchesStationPassword(hash, '')).toBe(false);
  });

  it('is matched when the station sends the bytes that the configured hexadecimal text stands for', () => {
    const sent = Buffer.from(KEY_TEXT, 'hex').toString('latin1');
    expect(matchesStationPassword(stationPasswordHash(KEY_TEXT), sent)).toBe(true);
    expect(matchesStationPassword(stationPasswordHash(KEY_TEXT.toUpperCase()), sent)).toBe(true);
  });

  it('is matched when the station sends hexadecimal text for the configured bytes', () => {
    const configured = Buffer.from(KEY_TEXT, 'hex').toString('utf8');
    expect(matchesStationPassword(stationPasswordHash(configured), KEY_TEXT)).toBe(true);
  });

  it('has a new salt each time', () => {
    expect(stationPasswordHash('ampline-demo-station')).not.toBe(stationPasswordHash('ampline-demo-station'));
  });

  it('of an unknown scheme matches nothing', () => {
    expect(matchesStationPassword('md5:AAAA:AAAA', 'ampline-demo-station')).toBe(false);
    expect(matchesStationPassword('s256', 'ampline-demo-station')).toBe(false);
  });
});
