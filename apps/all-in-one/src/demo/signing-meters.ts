import { ocmfText, SigningMeter } from '@ampline/protocol-ocmf';
import type { EvseOptions } from '@ampline/station-simulator';

/** A simulated meter that signs, with a key that lasts as long as the process. */
export interface DemoMeter {
  serial: string;
  /** SubjectPublicKeyInfo, DER, Base64. */
  publicKey: string;
  sign: NonNullable<EvseOptions['sign']>;
}

export function signingMeter(serial: string): DemoMeter {
  const meter = new SigningMeter('ECDSA-secp256r1-SHA256', { GS: serial, MS: serial, IS: true, IT: 'ISO14443' });
  const reading = (TX: 'B' | 'E', { at, registerWh }: { at: string; registerWh: number }) => ({
    TM: `${new Date(at).toISOString().replace('.', ',').replace('Z', '+0000')} S`,
    TX,
    RV: (registerWh / 1_000).toFixed(3),
    RI: '1-0:1.8.0',
    RU: 'kWh',
    EF: '',
    ST: 'G',
  });
  return {
    serial,
    publicKey: meter.key.spki.toString('base64'),
    sign: ({ idToken, begin, end }) => ocmfText(meter.record([reading('B', begin), reading('E', end)], { ID: idToken })),
  };
}
