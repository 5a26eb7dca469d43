import { describe, expect, it } from '@jest/globals';
import { stationPasswordHash } from '../stations/station-password.js';
import { proveStation, type Provable } from './station-proof.js';

const OLD = '0123456789abcdef0123456789abcdef01234567';
const NEW = 'fedcba9876543210fedcba9876543210fedcba98';
const row = (o: Partial<Provable>): Provable => ({
  identity: 'S-1',
  password_hash: stationPasswordHash(OLD),
  next_password_hash: null,
  security_profile: 0,
  next_security_profile: null,
  ...o,
});
const good = () => Promise.resolve({ ok: true as const, sha256: 'abc' });
const bad = () => Promise.resolve({ ok: false as const, reason: 'certificate-expired' as const, detail: '' });
const basic = (password: string) => ({ basic: { username: 's-1', password } });
const certificates = { tls: { certificates: ['MII'] } };

type Shown = Parameters<typeof proveStation>[0];
const proves = (shown: Partial<Shown>, ...rest: [Provable, Parameters<typeof proveStation>[2]]) =>
  proveStation({ hasMqttUser: false, ...shown }, ...rest);

describe('what a station has to prove', () => {
  it.each([
    [0, {}, 'password-missing'],
    [0, basic(OLD), 1],
    [1, basic(OLD), 1],
    [1, basic('wrong'), 'wrong-password'],
    [1, { ...basic(OLD), tls: {} }, 2],
    [2, basic(OLD), 'tls-required'],
    [2, { tls: {} }, 'password-missing'],
    [2, { tls: {}, ...basic(OLD) }, 2],
    [2, { ...certificates, ...basic(OLD) }, 2],
    [3, basic(OLD), 'tls-required'],
    [3, { tls: {}, ...basic(OLD) }, 'certificate-missing'],
    [3, certificates, 3],
  ])('in profile %i, with %j: %s', async (security_profile, shown, outcome) => {
    const proof = await proves(shown, row({ security_profile }), good);
    expect(typeof proof === 'string' ? proof : proof.profile).toBe(outcome);
  });

  it('without a password nobody has to prove anything in profile 0, and nobody can in profile 1', async () => {
    expect(await proves({}, row({ password_hash: null }), good)).toEqual({ profile: 0, byNextPassword: false });
    expect(await proves(basic(OLD), row({ password_hash: null, security_profile: 1 }), good)).toBe('wrong-password');
  });

  it('a certificate that will not do is refused for its own reason', async () => {
    expect(await proves(certificates, row({ security_profile: 3 }), bad)).toBe('certificate-expired');
  });
});

describe('on the way to another password', () => {
  it.each([
    [OLD, false],
    [NEW, true],
    // OCPP 1.6 security whitepaper: the key as text, and as the bytes whose hexadecimal form it is.
    [Buffer.from(NEW, 'hex').toString('latin1'), true],
  ])('both hold', async (password, byNextPassword) => {
    const station = row({ security_profile: 1, next_password_hash: stationPasswordHash(NEW) });
    expect(await proves(basic(password), station, good)).toEqual({ profile: 1, byNextPassword });
  });
});

describe('on the way to a higher profile', () => {
  const station = row({ security_profile: 1, next_security_profile: 3 });
  it('both hold, and the reason of a refusal is that of the profile in force', async () => {
    expect(await proves(certificates, station, good)).toMatchObject({ profile: 3, certificateSha256: 'abc' });
    expect(await proves(basic(OLD), station, good)).toMatchObject({ profile: 1 });
    expect(await proves({ ...certificates, ...basic(OLD) }, station, bad)).toMatchObject({ profile: 2 });
    expect(await proves(basic('wrong'), station, good)).toBe('wrong-password');
  });
});
