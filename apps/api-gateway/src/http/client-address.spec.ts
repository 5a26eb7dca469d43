import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { clientAddress } from './client-address.js';

const request = (remoteAddress: string, forwarded?: string) =>
  ({ socket: { remoteAddress }, headers: { 'x-forwarded-for': forwarded } }) as unknown as IncomingMessage;
const trusts = (address: string) => address.startsWith('10.');

describe('the address of a client', () => {
  it.each([
    ['is that of the connection', '203.0.113.1', undefined, '203.0.113.1'],
    ['is not what a stranger says', '203.0.113.1', '198.51.100.1', '203.0.113.1'],
    ['is what our proxy says', '10.0.0.1', '203.0.113.1', '203.0.113.1'],
    ['is the last that no proxy of ours has', '10.0.0.1', '198.51.100.1, 203.0.113.1, 10.0.0.2', '203.0.113.1'],
    ['is the proxy’s own when it says nothing', '10.0.0.1', undefined, '10.0.0.1'],
  ])('%s', (_name, remote, forwarded, expected) => {
    expect(clientAddress(request(remote, forwarded), trusts)).toBe(expected);
  });
});
