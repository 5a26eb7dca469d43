import { describe, expect, it } from '@jest/globals';
import { Origins } from './origins.js';

describe('the origins whose pages may use the API', () => {
  const origins = new Origins('https://charge.example', ['https://portal.example']);
  it.each([
    ['no page at all', undefined, 'charge.example', true],
    ['the public one', 'https://charge.example', 'internal:4000', true],
    ['one of the list', 'https://portal.example', 'charge.example', true],
    ['that of the host that was asked', 'http://localhost:4000', 'localhost:4000', true],
    ['another', 'https://evil.example', 'charge.example', false],
    ['another port', 'http://localhost:4001', 'localhost:4000', false],
    ['a name that begins alike', 'https://charge.example.evil.example', 'charge.example', false],
    ['a sandboxed page', 'null', 'charge.example', false],
  ])('%s', (_name, origin, host, allowed) => {
    expect(origins.allows(origin, host)).toBe(allowed);
  });
});
