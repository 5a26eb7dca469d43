import { constants, createVerify, type KeyObject, type Verify } from 'node:crypto';
import { Writable } from 'node:stream';

const HEAD_BYTES = 1_024;

/** A firmware file as it comes in: judged while it streams, never held. */
export class FirmwareImage extends Writable {
  private head = Buffer.alloc(0);
  private bytes = 0;
  private readonly verifiers: Verify[];

  /** @param key of the signing certificate; absent for firmware without a signature */
  constructor(private readonly key?: KeyObject) {
    super();
    const paddings = key === undefined ? 0 : key.asymmetricKeyType === 'rsa' ? 2 : 1;
    this.verifiers = Array.from({ length: paddings }, () => createVerify('sha256'));
  }

  get size(): number {
    return this.bytes;
  }

  /** What the file says of itself (`firmwareVersion=1.7.0` near its begin), else what its name does. */
  version(location: string): string | undefined {
    const said = /firmwareVersion["']?\s*[:=]\s*["']?([\w.+-]{1,50})/.exec(this.head.toString('latin1'))?.[1];
    return said ?? /(\d+(?:\.\d+){1,3})(?=[^/]*$)/.exec(location)?.[1];
  }

  /** SHA-256 with ECDSA, or RSA in either padding (security whitepaper, "Secure Firmware Update"). @param signature in Base64 */
  isSignedBy(signature: string): boolean {
    const { key, verifiers } = this;
    if (key === undefined) return false;
    const bytes = Buffer.from(signature, 'base64');
    const paddings = key.asymmetricKeyType === 'rsa' ? [constants.RSA_PKCS1_PSS_PADDING, constants.RSA_PKCS1_PADDING] : [undefined];
    return paddings.some((padding, i) => verifiers[i]?.verify({ key, ...(padding !== undefined && { padding }) }, bytes) === true);
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.bytes += chunk.length;
    if (this.head.length < HEAD_BYTES) this.head = Buffer.concat([this.head, chunk.subarray(0, HEAD_BYTES - this.head.length)]);
    for (const verifier of this.verifiers) verifier.update(chunk);
    done();
  }
}
