import { describe, expect, it } from '@jest/globals';
import { judgeRecords, readPublicKey, readSignedValue } from '@ampline/protocol-ocmf';
import { signingMeter } from './signing-meters.js';

describe('the meter of the demo that signs', () => {
  it('signs what can be verified with the key that is registered for it', async () => {
    const { publicKey, serial, sign } = signingMeter('METER-1');
    const begin = { at: '2026-11-28T10:00:00.000Z', registerWh: 1_000 };
    const value = readSignedValue(sign({ idToken: 'DEMO-FLEET', begin, end: { at: '2026-11-28T11:00:00.000Z', registerWh: 8_000 } }));
    const key = readPublicKey(publicKey);
    if (value.format !== 'OCMF' || !('spki' in key)) throw new Error('unreadable');
    const expected = { energyWh: 7_000n, idToken: 'DEMO-FLEET', meterSerial: serial };
    expect(await judgeRecords([value.record], key, expected)).toMatchObject({ verdict: 'verified' });
  });
});
