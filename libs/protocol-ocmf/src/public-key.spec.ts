import { ECDH, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readPublicKey, SIGNATURE_ALGORITHMS, type SignatureAlgorithmName } from './index.js';

const hexWith = (separator: string, bytes: Buffer) => (bytes.toString('hex').match(/../g) ?? []).join(separator);

describe.each(Object.keys(SIGNATURE_ALGORITHMS) as SignatureAlgorithmName[])('a key of %s', (algorithm) => {
  const { curve, size } = SIGNATURE_ALGORITHMS[algorithm];
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: curve });
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const point = spki.subarray(-(1 + 2 * size));
  const key = { algorithm, spki };

  it('is read as PEM, hexadecimal digits, Base64', () => {
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const forms = [
      ...[pem, pem.replace(/\n/g, '\r\n'), spki.toString('base64'), spki.toString('base64url')],
      ...[spki.toString('hex'), spki.toString('hex').toUpperCase(), `0x${spki.toString('hex')}`, hexWith(' ', spki), hexWith(':', spki)],
    ];
    for (const form of forms) expect(readPublicKey(form)).toEqual(key);
  });

  it('is read as a bare point when the algorithm is told', () => {
    const compressed = ECDH.convertKey(point, curve, undefined, undefined, 'compressed') as Buffer;
    for (const form of [point, point.subarray(1), compressed]) {
      expect(readPublicKey(form.toString('hex'), algorithm)).toEqual(key);
      expect(readPublicKey(form.toString('base64'), algorithm)).toEqual(key);
    }
  });

  it('is not read from a point that is not on the curve', () => {
    const off = Buffer.from(point);
    off[off.length - 1] = (off.at(-1) as number) ^ 1;
    expect(readPublicKey(off.toString('hex'), algorithm)).toEqual({ problem: 'unreadable' });
  });
});

describe('what is no key', () => {
  it('is told apart: unreadable, of a curve that OCMF lacks', () => {
    for (const text of ['', 'no key', '30', 'zz', '0x', '-----BEGIN PUBLIC KEY-----', 'A'.repeat(3_000)]) {
      expect(readPublicKey(text)).toEqual({ problem: 'unreadable' });
    }
    const p521 = generateKeyPairSync('ec', { namedCurve: 'secp521r1' }).publicKey.export({ type: 'spki', format: 'pem' }).toString();
    expect(readPublicKey(p521)).toEqual({ problem: 'curve' });
    const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ type: 'spki', format: 'pem' }).toString();
    expect(readPublicKey(rsa)).toEqual({ problem: 'curve' });
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => void readPublicKey(text)));
    fc.assert(fc.property(fc.uint8Array({ maxLength: 130 }), (bytes) => void readPublicKey(Buffer.from(bytes).toString('base64'))));
  });
});
