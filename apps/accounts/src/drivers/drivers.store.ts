import { driverChanged, type DriverState } from '@ampline/contracts';
import { uuidv7 } from '@ampline/kernel-ids';
import { cursorText, pageFrom, type Database, type Page, type Tx } from '@ampline/platform-postgres';
import type { Asking } from '../asking.js';
import type { Changes } from '../changes.js';
import { accountsErrors } from '../errors.js';
import { holding } from '../fields.js';
import type { IdTokenStore } from '../id-tokens/id-tokens.store.js';
import { holdOrganisation, referenceTaken } from '../organisations/organisations.store.js';
import { reachOf, withinReach } from '../reach.js';
import { slugOf } from '../tenants/tenants.store.js';
import { driverState, type DriverRow, type StoredDriverStatus } from './drivers.mapping.js';

const COLUMNS = 'driver_id, tenant_id, name, email, phone, external_reference, organisation_id, status, version';

/** What a driver shall be. */
export interface WantedDriver {
  name: string;
  email: string | null;
  phone: string | null;
  externalReference: string | null;
  organisationId: string | null;
}

/** Drivers of a tenant; each change, its facts and its audit entry are one transaction. */
export class DriverStore {
  constructor(
    private readonly database: Database,
    private readonly idTokens: IdTokenStore,
    private readonly changes: Changes,
  ) {}

  /** Throws `accounts.organisation-unknown`, `accounts.reference-taken`. */
  create(asking: Asking, wanted: WantedDriver): Promise<DriverState> {
    const { name, email, phone, externalReference, organisationId } = wanted;
    return this.database.asTenant(asking.tenantId, async (tx) => {
      const slug = await slugOf(tx, asking.tenantId);
      if (organisationId !== null) await holdOrganisation(tx, organisationId);
      const [row] = await tx
        .query<DriverRow>(
          `INSERT INTO driver (driver_id, tenant_id, name, email, phone, external_reference, organisation_id)
           VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING ${COLUMNS}`,
          [uuidv7(), asking.tenantId, name, email, phone, externalReference, organisationId],
        )
        .catch(referenceTaken);
      return this.changed(tx, asking, slug, 'driver.created', row as DriverRow);
    });
  }

  /**
   * Takes the driver's id tokens along to another organisation, but for those that name one of their own. What the driver is already
   * changes nothing. Throws `accounts.driver-unknown`, `accounts.organisation-unknown`, `accounts.reference-taken`.
   */
  update(asking: Asking, driverId: string, wanted: WantedDriver & { status: StoredDriverStatus }): Promise<DriverState> {
    const { name, email, phone, externalReference, organisationId, status } = wanted;
    return this.database.asTenant(asking.tenantId, async (tx) => {
      const slug = await slugOf(tx, asking.tenantId);
      if (organisationId !== null) await holdOrganisation(tx, organisationId);
      const [row] = await tx
        .query<DriverRow>(
          `UPDATE driver SET name = $2, email = $3, phone = $4, external_reference = $5, organisation_id = $6, status = $7,
                             version = version + 1
            WHERE driver_id = $1
              AND (name, email, phone, external_reference, organisation_id, status) IS DISTINCT FROM ($2, $3, $4, $5, $6::uuid, $7)
           RETURNING ${COLUMNS}`,
          [driverId, name, email, phone, externalReference, organisationId, status],
        )
        .catch(referenceTaken);
      if (!row) return found(tx, driverId);
      await this.idTokens.followDriver(tx, slug, driverId, organisationId);
      return this.changed(tx, asking, slug, 'driver.changed', row);
    });
  }

  /** By id; `search`: part of name, e-mail address or external reference. Only those within the caller's reach. */
  list(
    { caller, tenantId }: Asking,
    { search, organisationId }: { search: string; organisationId: string | null },
    page: Page,
  ): Promise<{ rows: DriverState[]; page: { nextCursor: string } }> {
    const within = withinReach(reachOf(caller), 5);
    return this.database.asTenant(tenantId, async (tx) => {
      const rows = await tx.query<DriverRow>(
        `SELECT ${COLUMNS} FROM driver
          WHERE ($1::uuid IS NULL OR driver_id > $1) AND (name ILIKE $2 OR email ILIKE $2 OR external_reference ILIKE $2)
            AND ($3::uuid IS NULL OR organisation_id = $3) AND ${within.where}
          ORDER BY driver_id LIMIT $4`,
        [cursorText(page, 'uuid') ?? null, holding(search), organisationId, page.limit + 1, ...within.params],
      );
      const shown = pageFrom(rows, page, (row) => [row.driver_id]);
      return { rows: shown.rows.map(driverState), page: shown.page };
    });
  }

  /** Those of the ids that are within the caller's reach. */
  batch({ caller, tenantId }: Asking, driverIds: readonly string[]): Promise<DriverState[]> {
    const within = withinReach(reachOf(caller), 2);
    return this.database.asTenant(tenantId, async (tx) => {
      const rows = await tx.query<DriverRow>(`SELECT ${COLUMNS} FROM driver WHERE driver_id = ANY ($1) AND ${within.where}`, [
        driverIds,
        ...within.params,
      ]);
      return rows.map(driverState);
    });
  }

  private async changed(tx: Tx, asking: Asking, tenant: string, action: string, row: DriverRow): Promise<DriverState> {
    const payload = driverState(row);
    const { driverId: id } = payload;
    await this.changes.tell(tx, { type: driverChanged, tenant, key: id, payload });
    // Without a name: the log outlives the person's, which is looked up when the log is read.
    await this.changes.record(tx, asking, tenant, { action, entity: { type: 'driver', id } });
    return payload;
  }
}

async function found(tx: Tx, driverId: string): Promise<DriverState> {
  const row = await tx.one<DriverRow>(`SELECT ${COLUMNS} FROM driver WHERE driver_id = $1`, [driverId]);
  if (!row) throw accountsErrors.driverUnknown({ driverId });
  return driverState(row);
}

/** The driver's organisation. Holds the driver's row until the transaction ends: a change of the driver waits, and then finds the new token. */
export async function holdDriver(tx: Tx, driverId: string): Promise<string | null> {
  const row = await tx.one<{ organisation_id: string | null }>('SELECT organisation_id FROM driver WHERE driver_id = $1 FOR SHARE', [
    driverId,
  ]);
  if (!row) throw accountsErrors.driverUnknown({ driverId });
  return row.organisation_id;
}
