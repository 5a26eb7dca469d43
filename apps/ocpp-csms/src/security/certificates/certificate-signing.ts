import { X509Certificate } from 'node:crypto';
import type { Counter } from '@opentelemetry/api';
import { uuidv7 } from '@ampline/kernel-ids';
import type { Clock } from '@ampline/kernel-time';
import type { Database, Tx } from '@ampline/platform-postgres';
import type { Telemetry } from '@ampline/platform-telemetry';
import type { Commands } from '../../commands/commands.js';
import { oneLine, type AuthorityStore } from '../authorities/authority-store.js';
import type { DueWork } from '../../due-loop.js';
import { sha256Of } from './client-certificate.js';
import { publicKeyOf } from './csr.js';
import { issueToStation } from './x509.js';

export interface SigningPlan {
  /** How long certificates of stations hold. */
  certificateDays: number;
  /** How long a station may take to answer. */
  timeoutMs: number;
}

/** A request that our own authority is to sign. */
interface DueRequest {
  request_id: string;
  tenant_id: string;
  station_id: string;
  identity: string;
  csr: string;
}

/** A certificate that a station is to get. */
interface DueCertificate {
  certificate_id: string;
  tenant_id: string;
  station_id: string;
  chain: string;
  deliveries: number;
}

const DAY_MS = 86_400_000;
const BACKDATED_MS = 3_600_000;
/** A replica that died with work in its hands: another takes it up after this. */
const CLAIM_MS = 120_000;
/** A station that did not answer gets its certificate again after this, doubling. */
const AGAIN_MS = 15_000;
const MOST_AGAIN_MS = 3_600_000;

const CLAIM_REQUESTS = `
  WITH due AS (
    SELECT request_id FROM certificate_request WHERE due_at <= $1 ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED)
  UPDATE certificate_request r SET due_at = $3 FROM due, charging_station s
   WHERE r.request_id = due.request_id AND s.station_id = r.station_id
  RETURNING r.request_id, r.tenant_id, r.station_id, s.identity, r.csr`;
const CLAIM_CERTIFICATES = `
  WITH due AS (
    SELECT certificate_id FROM station_certificate WHERE due_at <= $1 ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED)
  UPDATE station_certificate c SET due_at = $3 FROM due WHERE c.certificate_id = due.certificate_id
  RETURNING c.certificate_id, c.tenant_id, c.station_id, c.chain, c.deliveries`;

/** Signs what stations have asked for, with the tenant's own authority. */
export class CertificateSigning implements DueWork<DueRequest> {
  readonly name = 'certificate-signing';

  constructor(
    private readonly database: Database,
    private readonly authorities: AuthorityStore,
    private readonly plan: SigningPlan,
    private readonly clock: Clock,
    private readonly telemetry: Telemetry,
  ) {}

  claim(limit: number): Promise<DueRequest[]> {
    const now = this.clock.now();
    return this.database.asWorker((tx) => tx.query<DueRequest>(CLAIM_REQUESTS, [now, limit, new Date(now.getTime() + CLAIM_MS)]));
  }

  async carryOut(request: DueRequest): Promise<void> {
    await this.database.asWorker(async (tx) => {
      const authority = await this.authorities.issuing(tx, request.tenant_id);
      // Distrusted meanwhile: an operator has to see to it.
      if (!authority)
        return void (await tx.query('UPDATE certificate_request SET due_at = NULL WHERE request_id = $1', [request.request_id]));
      const now = this.clock.now();
      const ends = Math.min(
        now.getTime() + this.plan.certificateDays * DAY_MS,
        new X509Certificate(authority.certificate).validToDate.getTime(),
      );
      const station = { commonName: request.identity, organisation: authority.organisation, ...publicKeyOf(request.csr) };
      const life = { notBefore: new Date(now.getTime() - BACKDATED_MS), notAfter: new Date(ends) };
      const leaf = await issueToStation(authority, station, life);
      await storeCertificate(tx, { ...request, chain: leaf + authority.certificate, now });
    });
    this.telemetry.logger.info('certificate.issued', { stationId: request.station_id, station: request.identity });
  }
}

/** Keeps a certificate that answers a request, for {@link CertificateDelivery} to bring. Nothing when the request is decided already. */
export async function storeCertificate(
  tx: Tx,
  o: { request_id: string; tenant_id: string; station_id: string; chain: string; now: Date },
): Promise<string | undefined> {
  const decided = await tx.query(
    `UPDATE certificate_request SET state = 'issued', decided_at = $2, due_at = NULL WHERE request_id = $1 AND state = 'waiting' RETURNING 1`,
    [o.request_id, o.now],
  );
  if (decided.length === 0) return undefined;
  const leaf = new X509Certificate(o.chain);
  const certificateId = uuidv7();
  await tx.query(
    `INSERT INTO station_certificate (certificate_id, tenant_id, station_id, request_id, subject, issuer, serial_number, chain, sha256,
       not_before, not_after, state, issued_at, due_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'issued', $12, $12)`,
    [
      certificateId,
      o.tenant_id,
      o.station_id,
      o.request_id,
      oneLine(leaf.subject),
      oneLine(leaf.issuer),
      leaf.serialNumber.toLowerCase(),
      o.chain,
      sha256Of(leaf),
      leaf.validFromDate,
      leaf.validToDate,
      o.now,
    ],
  );
  return certificateId;
}

/** Brings certificates to their stations (CertificateSigned). What the station answers the effect of the command records. */
export class CertificateDelivery implements DueWork<DueCertificate> {
  readonly name = 'certificate-delivery';
  private readonly counter: Counter;

  constructor(
    private readonly database: Database,
    private readonly commands: Commands,
    private readonly plan: SigningPlan,
    private readonly clock: Clock,
    private readonly telemetry: Telemetry,
  ) {
    this.counter = telemetry.meter.createCounter('csms_certificates_delivered_total', {
      description: 'Certificates sent to stations, by outcome.',
    });
  }

  claim(limit: number): Promise<DueCertificate[]> {
    const now = this.clock.now();
    const until = new Date(now.getTime() + CLAIM_MS);
    return this.database.asWorker((tx) => tx.query<DueCertificate>(CLAIM_CERTIFICATES, [now, limit, until]));
  }

  async carryOut({
    certificate_id: certificateId,
    tenant_id: tenantId,
    station_id: stationId,
    chain,
    deliveries,
  }: DueCertificate): Promise<void> {
    const { outcome } = await this.commands.execute({
      tenantId,
      stationId,
      command: { action: 'CertificateSigned', payload: { certificateChain: chain } },
      requestedBy: this.telemetry.service,
      timeoutMs: this.plan.timeoutMs,
      idempotencyKey: '',
    });
    this.counter.add(1, { outcome });
    if (outcome === 'answered') return;
    const again = outcome !== 'refused-by-station';
    const next = new Date(this.clock.now().getTime() + Math.min(AGAIN_MS * 2 ** deliveries, MOST_AGAIN_MS));
    await this.database.query(
      `UPDATE station_certificate SET deliveries = deliveries + 1, due_at = $2, state = CASE WHEN $3 THEN state ELSE 'rejected' END
        WHERE certificate_id = $1 AND state = 'issued'`,
      [certificateId, again ? next : null, again],
    );
  }
}
