import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { SIGNATURE_ALGORITHMS, type SignatureAlgorithmName } from './algorithms.js';
import type { MeterPublicKey } from './public-key.js';
import type { OcmfRecord } from './record.js';

/** Fields of one reading as they are written (OCMF, table 7); RV as text, so that it keeps its decimals. */
export type WrittenReading = Readonly<Record<string, unknown>>;

/** A meter that signs, with a key of its own: for simulated stations and tests. */
export class SigningMeter {
  readonly key: MeterPublicKey;
  private readonly secret: KeyObject;
  private page = 0;

  /** @param identity fields of every record, such as MS and GS */
  constructor(
    readonly algorithm: SignatureAlgorithmName,
    private readonly identity: Readonly<Record<string, unknown>>,
  ) {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: SIGNATURE_ALGORITHMS[algorithm].curve });
    this.secret = privateKey;
    this.key = { algorithm, spki: publicKey.export({ type: 'spki', format: 'der' }) };
  }

  /** The next record of the transaction context. */
  record(readings: readonly WrittenReading[], fields: Readonly<Record<string, unknown>> = {}): OcmfRecord {
    this.page += 1;
    const json = JSON.stringify({ FV: '1.0', PG: `T${this.page}`, ...this.identity, ...fields, RD: readings });
    // RV is a JSON number with the decimals that the meter resolves, which JSON.stringify would drop.
    return this.sign(json.replace(/"RV":"(-?[\d.]+)"/g, '"RV":$1'));
  }

  /** Signs any text. `more`: fields of the signature section; `dsaEncoding`: `ieee-p1363` for the two halves without DER. */
  sign(
    payload: string,
    o: { more?: Record<string, unknown>; encoding?: 'hex' | 'base64'; dsaEncoding?: 'der' | 'ieee-p1363' } = {},
  ): OcmfRecord {
    const { more = {}, encoding = 'hex', dsaEncoding = 'der' } = o;
    const signature = sign('sha256', Buffer.from(payload, 'utf8'), { key: this.secret, dsaEncoding });
    const fields = { SA: this.algorithm, SE: encoding, SM: 'application/x-der', SD: signature.toString(encoding), ...more };
    return { payload, signature: JSON.stringify(fields) };
  }
}

/** As a station sends it. */
export function ocmfText({ payload, signature }: OcmfRecord): string {
  return `OCMF|${payload}|${signature}`;
}
