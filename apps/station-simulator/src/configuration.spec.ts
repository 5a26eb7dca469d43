import { describe, expect, it } from '@jest/globals';
import { StationConfiguration } from './configuration.js';

describe('StationConfiguration', () => {
  it.each([
    ['HeartbeatInterval', '60', 'Accepted'],
    ['heartbeatinterval', '61', 'Accepted'],
    ['HeartbeatInterval', 'soon', 'Rejected'],
    ['HeartbeatInterval', '-1', 'Rejected'],
    ['LocalPreAuthorize', 'TRUE', 'Accepted'],
    ['LocalPreAuthorize', '1', 'Rejected'],
    ['NumberOfConnectors', '9', 'Rejected'],
    ['AuthorizationKey', '0123456789abcdef', 'Accepted'],
    ['AuthorizationKey', 'short', 'Rejected'],
    ['Ampline.LedBrightness', '20', 'RebootRequired'],
    ['MeterValuesSampledData', 'x'.repeat(501), 'Rejected'],
    ['NoSuchKey', '1', 'NotSupported'],
  ])('%s = %s: %s', (key, value, outcome) => {
    expect(new StationConfiguration({}).change(key, value)).toBe(outcome);
  });

  it('reads all keys when none is named, and lists those it does not know', () => {
    const configuration = new StationConfiguration({ NumberOfConnectors: '2' });
    expect(configuration.read([]).configurationKey.length).toBeGreaterThan(20);
    expect(configuration.read(['numberofconnectors', 'Nothing'])).toEqual({
      configurationKey: [{ key: 'NumberOfConnectors', value: '2', readonly: true }],
      unknownKey: ['Nothing'],
    });
  });

  it('never shows the authorization key', () => {
    const configuration = new StationConfiguration({});
    configuration.change('AuthorizationKey', '0123456789abcdef');
    expect(configuration.read(['AuthorizationKey']).configurationKey).toEqual([{ key: 'AuthorizationKey', value: '', readonly: false }]);
  });
});
