import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { readPublicKey, SIGNATURE_ALGORITHMS, type MeterPublicKey, type OcmfRecord, type SignatureAlgorithmName } from '../../src/index.js';

/** A reading as a meter writes it. */
export type WrittenReading = Record<string, unknown>;

export const BEGIN: WrittenReading = {
  TM: '2026-07-24T13:22:04,000+0200 S',
  TX: 'B',
  RV: '2935.600',
  RI: '1-0:1.8.0',
  RU: 'kWh',
  EF: '',
  ST: 'G',
};
export const END: WrittenReading = { ...BEGIN, TM: '2026-07-24T14:22:04,000+0200 S', TX: 'E', RV: '2957.100' };

/** Of the readings above. */
export const ENERGY_WH = 21_500n;
export const ID_TOKEN = '1F2D3A4F5506C7';

/** A meter that signs, for any algorithm of the specification. */
export class SigningMeter {
  readonly key: MeterPublicKey;
  private readonly secret: KeyObject;
  private page = 12_344;

  constructor(
    readonly algorithm: SignatureAlgorithmName,
    private readonly identity: Record<string, unknown> = { MS: 'BQ27400330016', GS: '808829900001' },
  ) {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: SIGNATURE_ALGORITHMS[algorithm].curve });
    this.secret = privateKey;
    this.key = readPublicKey(publicKey.export({ type: 'spki', format: 'pem' }).toString()) as MeterPublicKey;
  }

  /** The next record of its transaction context. */
  record(readings: readonly WrittenReading[], fields: Record<string, unknown> = {}): OcmfRecord {
    this.page += 1;
    const head = { FV: '1.0', PG: `T${this.page}`, ...this.identity, IS: true, IT: 'ISO14443', ID: ID_TOKEN, ...fields };
    return this.sign(withNumbers(JSON.stringify({ ...head, RD: readings })));
  }

  /** Signs any text. */
  sign(payload: string, more: Record<string, unknown> = {}, encoding: 'hex' | 'base64' = 'hex'): OcmfRecord {
    const signature = sign('sha256', Buffer.from(payload), this.secret);
    const fields = { SA: this.algorithm, SE: encoding, SM: 'application/x-der', SD: signature.toString(encoding), ...more };
    return { payload, signature: JSON.stringify(fields) };
  }

  /** As the two halves, without DER. */
  signPlain(payload: string): OcmfRecord {
    const signature = sign('sha256', Buffer.from(payload), { key: this.secret, dsaEncoding: 'ieee-p1363' });
    return { payload, signature: JSON.stringify({ SA: this.algorithm, SD: signature.toString('hex') }) };
  }
}

export function textOf({ payload, signature }: OcmfRecord): string {
  return `OCMF|${payload}|${signature}`;
}

/** Values are JSON numbers with the decimals that the meter resolves, which JSON.stringify would drop. */
function withNumbers(json: string): string {
  return json.replace(/"RV":"([\d.]+)"/g, '"RV":$1');
}
