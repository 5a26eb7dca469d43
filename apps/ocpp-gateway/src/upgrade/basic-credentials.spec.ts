import { describe, expect, it } from '@jest/globals';
import { readBasicCredentials } from './basic-credentials.js';

const header = (text: string, encoding: BufferEncoding = 'utf8') => `Basic ${Buffer.from(text, encoding).toString('base64')}`;

describe('Basic credentials of a station', () => {
  it.each([
    ['S1', 'S1:secret', 'S1', 'secret'],
    ['S1', 's1:secret', 's1', 'secret'],
    ['S1', 'S2:secret', 'S2', 'secret'],
    ['S1', 'S1:', 'S1', ''],
    ['S1', ':secret', '', 'secret'],
    ['S1', 'S1:se:cret', 'S1', 'se:cret'],
    ['DE:ABC:1', 'DE:ABC:1:secret', 'DE:ABC:1', 'secret'],
    ['grün', 'grün:geheim', 'grün', 'geheim'],
  ])('for %s reads %s', (identity, text, username, password) => {
    expect(readBasicCredentials(header(text), identity)).toEqual({ username, password });
  });

  it('keeps every byte of a binary key', () => {
    const key = Buffer.from([0xff, 0x00, 0x80, 0x3a, 0xc3]);
    const read = readBasicCredentials(`Basic ${Buffer.concat([Buffer.from('S1:'), key]).toString('base64')}`, 'S1');
    expect(Buffer.from(read?.password ?? '', 'latin1')).toEqual(key);
  });

  it.each([undefined, '', 'Bearer abc', 'Basic', 'Basic !!!', header('no colon'), 'Digest username="S1"'])('%s carries none', (value) => {
    expect(readBasicCredentials(value, 'S1')).toBeUndefined();
  });

  it('does not care for the letter case of the scheme', () => {
    expect(readBasicCredentials(header('S1:x').replace('Basic', 'bAsIc '), 'S1')).toEqual({ username: 'S1', password: 'x' });
  });
});
