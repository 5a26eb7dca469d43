import { organisationChanged, type OrganisationState } from '@ampline/contracts';
import { uuidv7 } from '@ampline/kernel-ids';
import { cursorText, pageFrom, uniqueViolation, type Database, type Page, type Tx } from '@ampline/platform-postgres';
import type { Asking } from '../asking.js';
import type { Changes } from '../changes.js';
import { accountsErrors } from '../errors.js';
import { holding } from '../fields.js';
import { reachOf } from '../reach.js';
import { slugOf } from '../tenants/tenants.store.js';
import {
  organisationState,
  type OrganisationRow,
  type StoredOrganisationKind,
  type StoredOrganisationStatus,
} from './organisations.mapping.js';

const COLUMNS = 'organisation_id, tenant_id, name, kind, external_reference, status, version';

/** What an organisation shall be. */
export interface WantedOrganisation {
  name: string;
  kind: StoredOrganisationKind;
  externalReference: string | null;
}

/** Organisations of a tenant; each change, its fact and its audit entry are one transaction. */
export class OrganisationStore {
  constructor(
    private readonly database: Database,
    private readonly changes: Changes,
  ) {}

  /** Throws `accounts.reference-taken`. */
  create(asking: Asking, { name, kind, externalReference }: WantedOrganisation): Promise<OrganisationState> {
    return this.database.asTenant(asking.tenantId, async (tx) => {
      const slug = await slugOf(tx, asking.tenantId);
      const [row] = await tx
        .query<OrganisationRow>(
          `INSERT INTO organisation (organisation_id, tenant_id, name, kind, external_reference) VALUES ($1, $2, $3, $4, $5)
           RETURNING ${COLUMNS}`,
          [uuidv7(), asking.tenantId, name, kind, externalReference],
        )
        .catch(referenceTaken);
      return this.changed(tx, asking, slug, 'organisation.created', row as OrganisationRow);
    });
  }

  /** What it is already changes nothing. Throws `accounts.organisation-unknown`, `accounts.reference-taken`. */
  update(
    asking: Asking,
    organisationId: string,
    { name, kind, externalReference, status }: WantedOrganisation & { status: StoredOrganisationStatus },
  ): Promise<OrganisationState> {
    return this.database.asTenant(asking.tenantId, async (tx) => {
      const slug = await slugOf(tx, asking.tenantId);
      const [row] = await tx
        .query<OrganisationRow>(
          `UPDATE organisation SET name = $2, kind = $3, external_reference = $4, status = $5, version = version + 1
            WHERE organisation_id = $1 AND (name, kind, external_reference, status) IS DISTINCT FROM ($2, $3, $4, $5) RETURNING ${COLUMNS}`,
          [organisationId, name, kind, externalReference, status],
        )
        .catch(referenceTaken);
      return row ? this.changed(tx, asking, slug, 'organisation.changed', row) : found(tx, organisationId);
    });
  }

  /** By id; `search`: part of the name or the external reference; `ids`: only these. Who is no staff sees the organisation that is theirs. */
  list(
    { caller, tenantId }: Asking,
    { search, ids }: { search: string; ids: readonly string[] },
    page: Page,
  ): Promise<{ rows: OrganisationState[]; page: { nextCursor: string } }> {
    const reach = reachOf(caller);
    const only = reach === 'all' ? [] : [reach.organisationId];
    return this.database.asTenant(tenantId, async (tx) => {
      const rows = await tx.query<OrganisationRow>(
        `SELECT ${COLUMNS} FROM organisation
          WHERE ($1::uuid IS NULL OR organisation_id > $1) AND (name ILIKE $2 OR external_reference ILIKE $2)
            AND ($3::uuid[] = '{}' OR organisation_id = ANY ($3)) AND ($4::uuid[] = '{}' OR organisation_id = ANY ($4))
          ORDER BY organisation_id LIMIT $5`,
        [cursorText(page, 'uuid') ?? null, holding(search), ids, only, page.limit + 1],
      );
      const found = pageFrom(rows, page, (row) => [row.organisation_id]);
      return { rows: found.rows.map(organisationState), page: found.page };
    });
  }

  private async changed(tx: Tx, asking: Asking, tenant: string, action: string, row: OrganisationRow): Promise<OrganisationState> {
    const payload = organisationState(row);
    const { organisationId: id, name } = payload;
    await this.changes.tell(tx, { type: organisationChanged, tenant, key: id, payload });
    await this.changes.record(tx, asking, tenant, { action, entity: { type: 'organisation', id, name } });
    return payload;
  }
}

async function found(tx: Tx, organisationId: string): Promise<OrganisationState> {
  const row = await tx.one<OrganisationRow>(`SELECT ${COLUMNS} FROM organisation WHERE organisation_id = $1`, [organisationId]);
  if (!row) throw accountsErrors.organisationUnknown({ organisationId });
  return organisationState(row);
}

/** For the `catch` of a statement that may violate the uniqueness of external references. */
export function referenceTaken(error: unknown): never {
  if (uniqueViolation(error) === undefined) throw error;
  throw accountsErrors.referenceTaken(undefined, error);
}

/** Holds the organisation's row until the transaction ends. Throws `accounts.organisation-unknown`. */
export async function holdOrganisation(tx: Tx, organisationId: string): Promise<void> {
  const row = await tx.one('SELECT 1 FROM organisation WHERE organisation_id = $1 FOR SHARE', [organisationId]);
  if (!row) throw accountsErrors.organisationUnknown({ organisationId });
}
