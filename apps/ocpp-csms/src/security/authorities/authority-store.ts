import { X509Certificate } from 'node:crypto';
import { StationPathSubject, type Revocation } from '@ampline/contracts';
import { uuidv7 } from '@ampline/kernel-ids';
import type { Clock } from '@ampline/kernel-time';
import type { AuditTrail } from '@ampline/platform-audit';
import type { Bus } from '@ampline/platform-nats';
import { uniqueViolation, type Database, type Tx } from '@ampline/platform-postgres';
import type { KeyCipher } from '@ampline/platform-runner';
import { csmsErrors } from '../../errors.js';
import type { Asking } from '../../stations/stations.store.js';
import { sha256Of } from '../certificates/client-certificate.js';
import { makeIssuing, makeRoot, type KeyedCertificate } from '../certificates/x509.js';
import { securityErrors } from '../errors.js';

export interface AuthorityRow {
  authority_id: string;
  kind: 'root' | 'issuing' | 'foreign';
  subject: string;
  certificate: string;
  sha256: string;
  not_before: Date;
  not_after: Date;
  trusted: boolean;
  issues: boolean;
  created_at: Date;
}

/** An authority of ours with its key, and whom it issues for. */
export interface IssuingAuthority extends KeyedCertificate {
  /** Name of the tenant: organisation of what it issues. */
  organisation: string;
}

const YEAR_MS = 365.25 * 86_400_000;
const ROOT_YEARS = 20;
const ISSUING_YEARS = 10;
/** A station whose clock is behind takes the certificate as well. */
const BACKDATED_MS = 3_600_000;
const COLUMNS = 'authority_id, kind, subject, certificate, sha256, not_before, not_after, trusted, issues, created_at';

/** The authorities that a tenant trusts, and the one that signs for it. */
export class AuthorityStore {
  constructor(
    private readonly database: Database,
    private readonly cipher: KeyCipher,
    private readonly audit: AuditTrail,
    private readonly bus: Bus,
    private readonly clock: Clock,
  ) {}

  /** Newest first. */
  list(tenantId: string): Promise<AuthorityRow[]> {
    return this.database.asTenant(tenantId, (tx) =>
      tx.query<AuthorityRow>(
        `SELECT ${COLUMNS} FROM certificate_authority WHERE tenant_id = $1 ORDER BY created_at DESC, authority_id DESC`,
        [tenantId],
      ),
    );
  }

  /**
   * Makes a root and an issuing authority; from now on it signs what stations ask for. One that did so before stays trusted, so that
   * what it has issued goes on to open connections.
   */
  async create(asking: Asking): Promise<AuthorityRow[]> {
    const { tenantId } = asking;
    return this.database.asTenant(tenantId, async (tx) => {
      // Two administrators at once: the later one is the one that signs.
      await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('ampline.csms.authority.' || $1, 0))`, [tenantId]);
      const { slug, name } = await tenantNamed(tx, tenantId);
      const nowMs = this.clock.now().getTime();
      const life = (years: number) => ({ notBefore: new Date(nowMs - BACKDATED_MS), notAfter: new Date(nowMs + years * YEAR_MS) });
      const year = this.clock.now().getUTCFullYear();
      const root = await makeRoot(`Ampline station root ${slug} ${year}`, name, life(ROOT_YEARS));
      const issuing = await makeIssuing(root, `Ampline station issuing ${slug} ${year}`, name, life(ISSUING_YEARS));
      await tx.query('UPDATE certificate_authority SET issues = false WHERE tenant_id = $1 AND issues', [tenantId]);
      const rows = [await this.insert(tx, tenantId, 'root', root), await this.insert(tx, tenantId, 'issuing', issuing)];
      await this.record(tx, asking, rows[1] as AuthorityRow, slug, 'created');
      return rows;
    });
  }

  /** Throws `csms.security.certificate-unreadable`, `csms.security.not-an-authority`, `csms.security.authority-known`. */
  async trust(asking: Asking, pem: string): Promise<AuthorityRow> {
    const read = readAuthority(pem);
    try {
      return await this.database.asTenant(asking.tenantId, async (tx) => {
        const { slug } = await tenantNamed(tx, asking.tenantId);
        const again = await tx.one<AuthorityRow>(
          `UPDATE certificate_authority SET trusted = true WHERE tenant_id = $1 AND sha256 = $2 AND NOT trusted RETURNING ${COLUMNS}`,
          [asking.tenantId, sha256Of(read)],
        );
        const row = again ?? (await this.insert(tx, asking.tenantId, 'foreign', { certificate: read.toString() }));
        await this.record(tx, asking, row, slug, 'trusted');
        return row;
      });
    } catch (error) {
      if (uniqueViolation(error) === 'certificate_authority_tenant_id_sha256_key') throw securityErrors.authorityKnown();
      throw error;
    }
  }

  /** What leads to it opens no connection any more; stations that are connected by certificate have to prove themselves anew. */
  async distrust(asking: Asking, authorityId: string): Promise<AuthorityRow> {
    return this.database.asTenant(asking.tenantId, async (tx) => {
      const row = await tx.one<AuthorityRow>(
        `UPDATE certificate_authority SET trusted = false, issues = false WHERE authority_id = $1 RETURNING ${COLUMNS}`,
        [authorityId],
      );
      if (!row) throw securityErrors.authorityUnknown();
      const { slug } = await tenantNamed(tx, asking.tenantId);
      await this.record(tx, asking, row, slug, 'distrusted');
      const connected = await tx.query<{ identity: string }>(
        'SELECT identity FROM charging_station WHERE tenant_id = $1 AND connection_profile = 3 AND online',
        [asking.tenantId],
      );
      const body: Revocation = { disconnect: true };
      tx.onCommit(() => {
        for (const { identity } of connected) this.bus.publish(StationPathSubject.revoke(slug, identity), JSON.stringify(body));
      });
      return row;
    });
  }

  /** The authority that signs for a tenant; undefined when it has none. Throws `csms.security.authority-unreadable`. */
  async issuing(tx: Tx, tenantId: string): Promise<IssuingAuthority | undefined> {
    const row = await tx.one<{ authority_id: string; certificate: string; private_key: Buffer; name: string }>(
      `SELECT a.authority_id, a.certificate, a.private_key, t.name FROM certificate_authority a JOIN tenant t USING (tenant_id)
        WHERE a.tenant_id = $1 AND a.issues AND a.trusted AND a.not_after > $2`,
      [tenantId, this.clock.now()],
    );
    if (!row) return undefined;
    try {
      return { certificate: row.certificate, privateKey: this.cipher.open(row.private_key, row.authority_id), organisation: row.name };
    } catch (cause) {
      throw securityErrors.authorityUnreadable({ authorityId: row.authority_id }, cause);
    }
  }

  private async insert(
    tx: Tx,
    tenantId: string,
    kind: AuthorityRow['kind'],
    { certificate, privateKey }: { certificate: string; privateKey?: string },
  ): Promise<AuthorityRow> {
    const id = uuidv7();
    const read = new X509Certificate(certificate);
    const row = await tx.one<AuthorityRow>(
      `INSERT INTO certificate_authority
         (authority_id, tenant_id, kind, subject, certificate, sha256, private_key, not_before, not_after, issues, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING ${COLUMNS}`,
      [
        id,
        tenantId,
        kind,
        oneLine(read.subject),
        certificate,
        sha256Of(read),
        privateKey === undefined ? null : this.cipher.seal(privateKey, id),
        read.validFromDate,
        read.validToDate,
        kind === 'issuing',
        this.clock.now(),
      ],
    );
    return row as AuthorityRow;
  }

  private async record(tx: Tx, { caller, tenantId }: Asking, row: AuthorityRow, tenant: string, done: string): Promise<void> {
    const entity = { type: 'certificate-authority', id: row.authority_id, name: row.subject };
    await this.audit.record(tx, {
      caller,
      tenantId,
      tenant,
      action: `certificate-authority.${done}`,
      entity,
      detail: { sha256: row.sha256 },
    });
  }
}

/** A distinguished name on one line. */
export const oneLine = (name: string): string => name.replaceAll('\n', ', ');

/** Throws `csms.tenant-unknown`. */
async function tenantNamed(tx: Tx, tenantId: string): Promise<{ slug: string; name: string }> {
  const row = await tx.one<{ slug: string; name: string }>('SELECT slug, name FROM tenant WHERE tenant_id = $1', [tenantId]);
  if (!row) throw csmsErrors.tenantUnknown();
  return row;
}

function readAuthority(pem: string): X509Certificate {
  const read = readCertificate(pem);
  if (!read.ca) throw securityErrors.notAnAuthority({ subject: oneLine(read.subject) });
  return read;
}

function readCertificate(pem: string): X509Certificate {
  try {
    return new X509Certificate(pem);
  } catch (cause) {
    throw securityErrors.certificateUnreadable({}, cause);
  }
}
