import { ConsentSchema, type Consent } from '@ampline/contracts';
import { uuidv7 } from '@ampline/kernel-ids';
import { cursorText, pageFrom, type Database, type Page, type Tx } from '@ampline/platform-postgres';
import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { Asking } from '../asking.js';
import type { Changes } from '../changes.js';
import { accountsErrors } from '../errors.js';
import { slugOf } from '../tenants/tenants.store.js';

interface ConsentRow {
  consent_id: string;
  user_id: string;
  purpose: string;
  document_version: string;
  given_at: Date;
  withdrawn_at: Date | null;
}

const SELECT = `SELECT consent_id, user_id, purpose, document_version, given_at, withdrawn_at
                  FROM consent LEFT JOIN consent_withdrawal USING (consent_id)`;

/** What people agreed to. Rows are added, never changed. */
export class ConsentStore {
  constructor(
    private readonly database: Database,
    private readonly changes: Changes,
  ) {}

  /** Of the caller. Agreeing again to what stands changes nothing. Throws `accounts.user-unknown` for a caller who is no user. */
  give(asking: Asking, userId: string, purpose: string, documentVersion: string): Promise<Consent> {
    return this.ofUser(asking, userId, async (tx, tenant) => {
      const standing = (await standingFor(tx, userId, purpose)).find((row) => row.document_version === documentVersion);
      if (standing) return consent(standing);
      const row: ConsentRow = {
        consent_id: uuidv7(),
        user_id: userId,
        purpose,
        document_version: documentVersion,
        given_at: this.changes.now(),
        withdrawn_at: null,
      };
      await tx.query(
        'INSERT INTO consent (consent_id, tenant_id, user_id, purpose, document_version, given_at) VALUES ($1, $2, $3, $4, $5, $6)',
        [row.consent_id, asking.tenantId, userId, purpose, documentVersion, row.given_at],
      );
      await this.record(tx, asking, tenant, 'consent.given', row);
      return consent(row);
    });
  }

  /** Withdraws every consent of the caller for the purpose; returns the newest. Throws `accounts.consent-unknown` when none stands. */
  withdraw(asking: Asking, userId: string, purpose: string): Promise<Consent> {
    return this.ofUser(asking, userId, async (tx, tenant) => {
      const standing = await standingFor(tx, userId, purpose);
      const newest = standing.at(-1);
      if (!newest) throw accountsErrors.consentUnknown({ purpose });
      const at = this.changes.now();
      await tx.query(
        `INSERT INTO consent_withdrawal (consent_id, tenant_id, withdrawn_at)
         SELECT id, $2, $3 FROM unnest($1::uuid[]) AS c (id)`,
        [standing.map((row) => row.consent_id), asking.tenantId, at],
      );
      const withdrawn = { ...newest, withdrawn_at: at };
      await this.record(tx, asking, tenant, 'consent.withdrawn', withdrawn);
      return consent(withdrawn);
    });
  }

  /** All of a user, withdrawn ones too, in the order in which they were given. */
  list(tenantId: string, userId: string, page: Page): Promise<{ rows: Consent[]; page: { nextCursor: string } }> {
    return this.database.asTenant(tenantId, async (tx) => {
      const rows = await tx.query<ConsentRow>(
        `${SELECT} WHERE user_id = $1 AND ($2::uuid IS NULL OR consent_id > $2) ORDER BY consent_id LIMIT $3`,
        [userId, cursorText(page, 'uuid') ?? null, page.limit + 1],
      );
      const shown = pageFrom(rows, page, (row) => [row.consent_id]);
      return { rows: shown.rows.map(consent), page: shown.page };
    });
  }

  /** Holds the user's row: of two of the same at once the second finds the first. */
  private ofUser<T>(asking: Asking, userId: string, work: (tx: Tx, tenant: string) => Promise<T>): Promise<T> {
    return this.database.asTenant(asking.tenantId, async (tx) => {
      const tenant = await slugOf(tx, asking.tenantId);
      const user = await tx.one(`SELECT 1 FROM app_user WHERE user_id = $1 AND status <> 'deleted' FOR NO KEY UPDATE`, [userId]);
      if (!user) throw accountsErrors.userUnknown({ userId });
      return work(tx, tenant);
    });
  }

  private record(tx: Tx, asking: Asking, tenant: string, action: string, row: ConsentRow): Promise<void> {
    const { consent_id: id, purpose: name, document_version: documentVersion } = row;
    return this.changes.record(tx, asking, tenant, { action, entity: { type: 'consent', id, name }, detail: { documentVersion } });
  }
}

function standingFor(tx: Tx, userId: string, purpose: string): Promise<ConsentRow[]> {
  return tx.query<ConsentRow>(`${SELECT} WHERE user_id = $1 AND purpose = $2 AND withdrawn_at IS NULL ORDER BY consent_id`, [
    userId,
    purpose,
  ]);
}

function consent(row: ConsentRow): Consent {
  return create(ConsentSchema, {
    consentId: row.consent_id,
    userId: row.user_id,
    purpose: row.purpose,
    documentVersion: row.document_version,
    givenAt: timestampFromDate(row.given_at),
    ...(row.withdrawn_at && { withdrawnAt: timestampFromDate(row.withdrawn_at) }),
  });
}
