import { describe, expect, it } from '@jest/globals';
import { isFileName, pathSegments } from './file-name.js';

describe('the name of a file', () => {
  it.each(['log.zip', 'Diagnose 2026-01-01.txt', 'Prüfung.log', '.hidden', 'x'.repeat(200)])('may be %s', (name) => {
    expect(isFileName(name)).toBe(true);
  });
  it.each(['', '.', '..', 'a/b', 'a\\b', 'a\0b', 'a\nb', 'x'.repeat(201), 'a"b'])('may not be %j', (name) => {
    expect(isFileName(name)).toBe(false);
  });
});

describe('a path', () => {
  it.each([
    ['/', '/f/token', ['f', 'token']],
    ['/f', 'token/log.zip', ['f', 'token', 'log.zip']],
    ['/f/token', 'log.zip', ['f', 'token', 'log.zip']],
    ['/f/token', '../../../../etc/passwd', ['etc', 'passwd']],
    ['/f', '/./f//token/', ['f', 'token']],
    ['/', '..', []],
  ])('from %s to %s', (from, to, segments) => {
    expect(pathSegments(from, to)).toEqual(segments);
  });
});
