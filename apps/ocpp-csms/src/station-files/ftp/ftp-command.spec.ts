import { describe, expect, it } from '@jest/globals';
import { ftpCommandOf, LineReader } from './ftp-command.js';

describe('a line', () => {
  it.each([
    ['user s01', { verb: 'USER', argument: 's01' }],
    ['PASS  a b ', { verb: 'PASS', argument: ' a b ' }],
    ['PASV', { verb: 'PASV', argument: '' }],
    ['STOR Diagnose 1.zip', { verb: 'STOR', argument: 'Diagnose 1.zip' }],
    ['', undefined],
    ['GET / HTTP/1.1', { verb: 'GET', argument: '/ HTTP/1.1' }],
    ['STOR a\0b', undefined],
    ['\x16\x03\x01', undefined],
  ])('%j', (line, command) => {
    expect(ftpCommandOf(line)).toEqual(command);
  });
});

describe('lines', () => {
  it('arrive in any pieces', () => {
    const reader = new LineReader();
    expect(reader.push(Buffer.from('USER a\r\nPA'))).toEqual(['USER a']);
    expect(reader.push(Buffer.from('SS b\nQUIT\r\n'))).toEqual(['PASS b', 'QUIT']);
  });

  it('are 1,024 characters long at most', () => {
    expect(new LineReader().push(Buffer.alloc(2_000, 'a'))).toBe('too-long');
  });

  it('lose Telnet commands', () => {
    expect(new LineReader().push(Buffer.from([0xff, 0xf4, 0xff, 0xf2, 0x51, 0x0d, 0x0a]))).toEqual(['Q']);
  });
});
