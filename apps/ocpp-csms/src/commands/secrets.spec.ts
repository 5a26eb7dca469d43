import { describe, expect, it } from '@jest/globals';
import { frameWithoutSecrets, withoutSecrets } from './secrets.js';

const TOKEN = 'a'.repeat(43);

describe('what is stored and told', () => {
  it.each<[string, unknown, unknown]>([
    ['is what there was', { type: 'Soft', at: [1, null] }, { type: 'Soft', at: [1, null] }],
    ['has no new password of a station', { key: 'authorizationKey', value: 'secret' }, { key: 'authorizationKey', value: '[hidden]' }],
    [
      'has no password that a station reads out',
      [
        3,
        'm',
        {
          configurationKey: [
            { key: 'AuthorizationKey', readonly: false, value: 'secret' },
            { key: 'Other', value: '60' },
          ],
        },
      ],
      [
        3,
        'm',
        {
          configurationKey: [
            { key: 'AuthorizationKey', readonly: false, value: '[hidden]' },
            { key: 'Other', value: '60' },
          ],
        },
      ],
    ],
    ['has no password of a URL', 'ftp://user:secret@host/path', 'ftp://user:[hidden]@host/path'],
    ['has none that nobody encoded', 'ftp://user:sec@ret:x@host/path', 'ftp://user:[hidden]@host/path'],
    ['has a URL without one', 'https://host:8443/path@2', 'https://host:8443/path@2'],
    ['has no link to a station file', `https://host:9223/f/${TOKEN}/log.zip`, 'https://host:9223/f/[hidden]/log.zip'],
    ['has no account for one', `ftp://user:secret@host:9224/f/${TOKEN}/`, 'ftp://host:9224/f/[hidden]/'],
    ['has a path that is none', 'https://host/f/short/log.zip', 'https://host/f/short/log.zip'],
  ])('%s', (_, value, shown) => {
    expect(withoutSecrets(value)).toEqual(shown);
  });

  it('is the frame as it was on the wire, unless something is hidden', () => {
    expect(frameWithoutSecrets('[2, "m", "Reset", {"type" : "Soft"}]')).toBe('[2, "m", "Reset", {"type" : "Soft"}]');
    expect(frameWithoutSecrets('[2, "m", "X", {"at": "ftp://u:p@h/"}]')).toBe('[2,"m","X",{"at":"ftp://u:[hidden]@h/"}]');
    expect(frameWithoutSecrets('{"at": "ftp://u:p@h/')).toBe('{"at": "ftp://u:[hidden]@h/');
  });
});
