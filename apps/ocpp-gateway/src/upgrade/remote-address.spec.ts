import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { remoteAddressOf } from './remote-address.js';

const request = (forwarded?: string) =>
  ({
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
    socket: { remoteAddress: '10.0.0.1' },
  }) as unknown as IncomingMessage;

describe('the address of a station', () => {
  it.each([
    [0, '1.1.1.1', '10.0.0.1'],
    [1, '1.1.1.1', '1.1.1.1'],
    [1, '6.6.6.6, 1.1.1.1', '1.1.1.1'],
    [2, '6.6.6.6, 1.1.1.1, 2.2.2.2', '1.1.1.1'],
    [2, '1.1.1.1', '10.0.0.1'],
    [1, undefined, '10.0.0.1'],
    [1, '', '10.0.0.1'],
  ])('behind %i proxies that sent %s is %s', (hops, forwarded, address) => {
    expect(remoteAddressOf(request(forwarded), hops)).toBe(address);
  });
});
