import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { Admitted, AdmitRequest } from '@ampline/contracts';
import { ManualClock } from '@ampline/kernel-time';
import { VerifierCache } from './verifier-cache.js';

const salt = Buffer.alloc(16, 7);
const verifierOf = (password: Buffer) =>
  `s256:${salt.toString('base64')}:${createHash('sha256').update(salt).update(password).digest('base64')}`;

function request(station: string, password?: string, tenant?: string): AdmitRequest {
  return {
    gatewayId: 'g',
    gatewayInstance: 'i',
    station,
    remoteAddress: '::1',
    subprotocols: ['ocpp1.6'],
    ...(tenant !== undefined && { tenant }),
    ...(password !== undefined && { basic: { username: station, password } }),
  };
}

function admitted(hash: string | undefined, validForMs = 60_000): Admitted {
  return {
    outcome: 'accepted',
    tenantId: 't',
    tenant: 'acme',
    stationId: 's',
    station: 'S1',
    epoch: 1,
    subprotocol: 'ocpp1.6',
    limits: { maxFrameBytes: 1, callsPerMinute: 1, commandTimeoutMs: 1, callDeadlineMs: 1 },
    verifier: { validForMs, ...(hash !== undefined && { hash }) },
  };
}

describe('VerifierCache', () => {
  it('knows who was admitted lately, by the same password, as text or as hexadecimal digits', () => {
    const cache = new VerifierCache(10, new ManualClock());
    cache.remember(request('S1', 'x', 'acme'), admitted(verifierOf(Buffer.from('0011223344556677', 'hex'))));
    expect(cache.proves(request('s1', '0011223344556677', 'acme'))).toBe(true);
    expect(cache.proves(request('S1', '0011223344556678', 'acme'))).toBe(false);
    expect(cache.proves(request('S1', undefined, 'acme'))).toBe(false);
    expect(cache.proves(request('S1', '0011223344556677'))).toBe(false);
    cache.remember(request('S2', 'x'), admitted(verifierOf(Buffer.from('secret'))));
    expect(cache.proves(request('S2', 'secret'))).toBe(true);
  });

  it('forgets after the time allowed, on revocation, and when the back end gives no verifier any more', () => {
    const clock = new ManualClock();
    const cache = new VerifierCache(10, clock);
    cache.remember(request('S1'), admitted(undefined, 1_000));
    expect(cache.proves(request('S1'))).toBe(true);
    clock.advance(1_000);
    expect(cache.proves(request('S1'))).toBe(false);
    expect(cache.size).toBe(0);

    cache.remember(request('S1'), admitted(undefined));
    cache.remember(request('S1', undefined, 'acme'), admitted(undefined));
    cache.revoke('acme', 'S1');
    expect(cache.size).toBe(0);

    cache.remember(request('S1'), admitted(undefined));
    const { verifier: _, ...without } = admitted(undefined);
    cache.remember(request('S1'), without);
    expect(cache.proves(request('S1'))).toBe(false);
  });

  it('is bounded: the oldest goes', () => {
    const cache = new VerifierCache(2, new ManualClock());
    for (const station of ['A', 'B', 'C']) cache.remember(request(station), admitted(undefined));
    expect(['A', 'B', 'C'].map((station) => cache.proves(request(station)))).toEqual([false, true, true]);
  });

  it('takes no verifier of a scheme it does not know', () => {
    const cache = new VerifierCache(2, new ManualClock());
    cache.remember(request('S1'), admitted('plain:secret:secret'));
    expect(cache.proves(request('S1', 'secret'))).toBe(false);
  });
});
