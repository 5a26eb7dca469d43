import { describe, expect, it } from '@jest/globals';
import { tellable } from './command-fact.js';

describe('what is told of a command', () => {
  it('is JSON without secrets', () => {
    expect(tellable({ key: 'AuthorizationKey', value: 'secret' })).toBe('{"key":"AuthorizationKey","value":"[hidden]"}');
  });

  it('is nothing of what is too large', () => {
    expect(tellable({ data: 'ä'.repeat(8_192) })).toBe('');
  });
});
