import { AccessRevokedSchema, accessRevoked, GuestLinkSchema, type GuestLink } from '@ampline/contracts';
import { uuidv7 } from '@ampline/kernel-ids';
import { cursorText, pageFrom, type Database, type Page } from '@ampline/platform-postgres';
import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { Asking } from '../asking.js';
import type { Changes } from '../changes.js';
import { accountsErrors } from '../errors.js';
import { hashOf, newSecret } from '../secrets.js';
import { slugOf } from '../tenants/tenants.store.js';

const COLUMNS = 'guest_link_id, resource, created_by, created_at, expires_at, revoked_at';
const HOUR_MS = 3_600_000;

/** What a row of table guest_link tells; never its hash. */
interface GuestLinkRow {
  guest_link_id: string;
  resource: string;
  created_by: string;
  created_at: Date;
  expires_at: Date;
  revoked_at: Date | null;
}

/** Guest links of a tenant; each change and its audit entry are one transaction. */
export class GuestLinkStore {
  constructor(
    private readonly database: Database,
    private readonly changes: Changes,
  ) {}

  /** `resource`: what its holder may see, such as `session:<id>`; the service that owns it decides whether it is there. */
  create(asking: Asking, resource: string, validHours: number): Promise<{ guestLink: GuestLink; secret: string }> {
    const { tenantId, caller } = asking;
    const secret = newSecret();
    const now = this.changes.now();
    return this.database.asTenant(tenantId, async (tx) => {
      const slug = await slugOf(tx, tenantId);
      const [row] = await tx.query<GuestLinkRow>(
        `INSERT INTO guest_link (guest_link_id, tenant_id, resource, secret_hash, created_by, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING ${COLUMNS}`,
        [uuidv7(), tenantId, resource, hashOf(secret), caller.subject, now, new Date(now.getTime() + validHours * HOUR_MS)],
      );
      const made = row as GuestLinkRow;
      await this.changes.record(tx, asking, slug, { action: 'guest-link.created', entity: entityOf(made), detail: { validHours } });
      return { guestLink: guestLink(made), secret };
    });
  }

  /** By id, revoked and expired ones too. */
  list(tenantId: string, page: Page): Promise<{ rows: GuestLink[]; page: { nextCursor: string } }> {
    return this.database.asTenant(tenantId, async (tx) => {
      const rows = await tx.query<GuestLinkRow>(
        `SELECT ${COLUMNS} FROM guest_link WHERE $1::uuid IS NULL OR guest_link_id > $1 ORDER BY guest_link_id LIMIT $2`,
        [cursorText(page, 'uuid') ?? null, page.limit + 1],
      );
      const shown = pageFrom(rows, page, (row) => [row.guest_link_id]);
      return { rows: shown.rows.map(guestLink), page: shown.page };
    });
  }

  /** Void from now on; once more changes nothing. Throws `accounts.guest-link-unknown`. */
  revoke(asking: Asking, guestLinkId: string): Promise<GuestLink> {
    const { tenantId } = asking;
    return this.database.asTenant(tenantId, async (tx) => {
      const tenant = await slugOf(tx, tenantId);
      const revoked = await tx.one<GuestLinkRow>(
        `UPDATE guest_link SET revoked_at = $2 WHERE guest_link_id = $1 AND revoked_at IS NULL RETURNING ${COLUMNS}`,
        [guestLinkId, this.changes.now()],
      );
      if (!revoked) {
        const row = await tx.one<GuestLinkRow>(`SELECT ${COLUMNS} FROM guest_link WHERE guest_link_id = $1`, [guestLinkId]);
        if (!row) throw accountsErrors.guestLinkUnknown({ guestLinkId });
        return guestLink(row);
      }
      const payload = create(AccessRevokedSchema, { subject: guestLinkId, tenantId });
      await this.changes.tell(tx, { type: accessRevoked, tenant, key: guestLinkId, payload });
      await this.changes.record(tx, asking, tenant, { action: 'guest-link.revoked', entity: entityOf(revoked) });
      return guestLink(revoked);
    });
  }
}

function entityOf({ guest_link_id: id, resource }: GuestLinkRow) {
  return { type: 'guest-link', id, name: resource };
}

function guestLink(row: GuestLinkRow): GuestLink {
  return create(GuestLinkSchema, {
    guestLinkId: row.guest_link_id,
    resource: row.resource,
    createdBy: row.created_by,
    createdAt: timestampFromDate(row.created_at),
    expiresAt: timestampFromDate(row.expires_at),
    ...(row.revoked_at && { revokedAt: timestampFromDate(row.revoked_at) }),
  });
}
