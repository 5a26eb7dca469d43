import { createHash, timingSafeEqual } from 'node:crypto';
import type { Admitted, AdmitRequest } from '@ampline/contracts';
import type { Clock } from '@ampline/kernel-time';

interface Entry {
  /** Absent: the station has no password. */
  hash: string | undefined;
  /** Absent: the station needs no certificate. */
  certificateSha256: string | undefined;
  validUntilMs: number;
}

const SCHEME = 's256';
const HEX = /^(?:[0-9a-f]{2})+$/i;

/**
 * Who was admitted lately, and how they proved it. It admits nobody: a connection epoch is made by the back end alone. It decides who
 * may wait for a back end that is away; strangers may not, or anybody could fill the gateway with upgrades that wait.
 */
export class VerifierCache {
  private readonly entries = new Map<string, Entry>();

  constructor(
    private readonly mostEntries: number,
    private readonly clock: Clock,
  ) {}

  get size(): number {
    return this.entries.size;
  }

  remember(request: AdmitRequest, admitted: Admitted): void {
    const key = keyOf(request.tenant, request.station);
    this.entries.delete(key);
    if (!admitted.verifier) return;
    const { hash, certificateSha256, validForMs } = admitted.verifier;
    this.entries.set(key, { hash, certificateSha256, validUntilMs: this.clock.monotonicMs() + validForMs });
    if (this.entries.size <= this.mostEntries) return;
    for (const oldest of this.entries.keys()) {
      this.entries.delete(oldest);
      return;
    }
  }

  /** True when the station was admitted lately and shows the same password or certificate now. */
  proves(request: AdmitRequest): boolean {
    const key = keyOf(request.tenant, request.station);
    const entry = this.entries.get(key);
    if (!entry) return false;
    if (entry.validUntilMs <= this.clock.monotonicMs()) {
      this.entries.delete(key);
      return false;
    }
    if (entry.certificateSha256 !== undefined) return certificateSha256(request) === entry.certificateSha256;
    return entry.hash === undefined || (request.basic !== undefined && isPassword(request.basic.password, entry.hash));
  }

  /** Forgets a station, under both addresses it may have used. */
  revoke(tenant: string, station: string): void {
    this.entries.delete(keyOf(tenant, station));
    this.entries.delete(keyOf(undefined, station));
  }
}

function certificateSha256({ tls }: AdmitRequest): string | undefined {
  const own = tls?.certificates?.[0];
  return own === undefined ? undefined : createHash('sha256').update(Buffer.from(own, 'base64')).digest('hex');
}

function keyOf(tenant: string | undefined, station: string): string {
  return `${tenant ?? ''}/${station.toLowerCase()}`;
}

/**
 * `s256:<salt>:<hash>`, base64. A key may have been typed as text or as the hexadecimal digits of its bytes. The back end knows rarer
 * forms as well; who uses one is a stranger here, and no worse off than that.
 */
function isPassword(password: string, verifier: string): boolean {
  const [scheme, salt, hash] = verifier.split(':');
  if (scheme !== SCHEME || salt === undefined || hash === undefined) return false;
  const expected = Buffer.from(hash, 'base64');
  const candidates = [Buffer.from(password, 'utf8'), ...(HEX.test(password) ? [Buffer.from(password, 'hex')] : [])];
  return candidates
    .map((bytes) => createHash('sha256').update(Buffer.from(salt, 'base64')).update(bytes).digest())
    .some((actual) => actual.length === expected.length && timingSafeEqual(actual, expected));
}
