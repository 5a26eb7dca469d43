import { describe, expect, it } from '@jest/globals';
import { tellable } from './command-fact.js';

describe('what is told of a command', () => {
  it.each<[string, unknown, unknown]>([
    ['what it is', { type: 'Soft' }, { type: 'Soft' }],
    ['no new password of a station', { key: 'authorizationKey', value: 'secret' }, { key: 'authorizationKey', value: '[hidden]' }],
    [
      'no password that a station reads out',
      {
        configurationKey: [
          { key: 'AuthorizationKey', readonly: false, value: 'secret' },
          { key: 'HeartbeatInterval', value: '60' },
        ],
      },
      {
        configurationKey: [
          { key: 'AuthorizationKey', readonly: false, value: '[hidden]' },
          { key: 'HeartbeatInterval', value: '60' },
        ],
      },
    ],
    ['no password of a URL', { location: 'ftp://user:secret@host/path' }, { location: 'ftp://user:[hidden]@host/path' }],
    ['a URL without one', { location: 'https://host:8443/path@2' }, { location: 'https://host:8443/path@2' }],
  ])('%s', (_, value, told) => {
    expect(JSON.parse(tellable(value))).toEqual(told);
  });

  it('nothing of what is too large', () => {
    expect(tellable({ data: 'ä'.repeat(8_192) })).toBe('');
  });
});
