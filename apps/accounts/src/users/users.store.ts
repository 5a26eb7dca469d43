import { userChanged, type UserState } from '@ampline/contracts';
import { uuidv7 } from '@ampline/kernel-ids';
import type { Role } from '@ampline/platform-grpc';
import { uniqueViolation, type Database, type Tx } from '@ampline/platform-postgres';
import type { Asking } from '../asking.js';
import type { Changes } from '../changes.js';
import { holdDriver } from '../drivers/drivers.store.js';
import { accountsErrors } from '../errors.js';
import type { Locale } from '../fields.js';
import type { ProviderTasks } from '../identity-provider/provider-tasks.js';
import { replaceInvitation, type Invitation } from '../invitations/invitation.js';
import { holdOrganisation } from '../organisations/organisations.store.js';
import { slugOf } from '../tenants/tenants.store.js';
import { assertMayGive } from './user-roles.js';
import { USER_COLUMNS, userState, type UserRow } from './users.mapping.js';

/** What a user shall be. */
export interface WantedUser {
  name: string;
  roles: Role[];
  organisationId: string | null;
  /** Null: the tenant's default brand. */
  brandId: string | null;
  /** Null: the brand's for a new user, as it is for another. */
  locale: Locale | null;
  driverId: string | null;
}

/** Users of a tenant; each change, its fact, its audit entry and what the identity provider has still to learn are one transaction. */
export class UserStore {
  constructor(
    private readonly database: Database,
    private readonly changes: Changes,
    private readonly providerTasks: ProviderTasks,
  ) {}

  /** Throws `accounts.email-taken`, `accounts.role-above-own` and the `…-unknown` of what the user refers to. */
  invite(asking: Asking, email: string, wanted: WantedUser): Promise<{ user: UserState; invitation: Invitation }> {
    assertMayGive(asking.caller, wanted.roles);
    const { tenantId } = asking;
    return this.database.asTenant(tenantId, async (tx) => {
      const tenant = await slugOf(tx, tenantId);
      const brandId = await holdReferences(tx, wanted);
      const userId = uuidv7();
      const [row] = await tx
        .query<UserRow>(
          `INSERT INTO app_user (user_id, tenant_id, email, name, roles, status, organisation_id, brand_id, driver_id, locale)
           VALUES ($1, $2, $3, $4, $5, 'invited', $6, $7, $8, coalesce($9, (SELECT default_locale FROM brand WHERE brand_id = $7))) RETURNING ${USER_COLUMNS}`,
          [userId, tenantId, email, wanted.name, wanted.roles, wanted.organisationId, brandId, wanted.driverId, wanted.locale],
        )
        .catch((error: unknown) => {
          if (uniqueViolation(error) === undefined) throw error;
          throw accountsErrors.emailTaken(undefined, error);
        });
      const invitation = await replaceInvitation(tx, tenantId, userId, this.changes.now());
      return { user: await this.changed(tx, asking, tenant, 'user.invited', row as UserRow, { roles: wanted.roles }), invitation };
    });
  }

  /** Throws `accounts.user-unknown`, `accounts.user-not-invited`, `accounts.role-above-own`. */
  renewInvitation(asking: Asking, userId: string): Promise<{ user: UserState; invitation: Invitation }> {
    return this.changing(asking, userId, async (tx, row, tenant) => {
      if (row.status !== 'invited') throw accountsErrors.userNotInvited({ userId });
      const invitation = await replaceInvitation(tx, asking.tenantId, userId, this.changes.now());
      await this.changes.record(tx, asking, tenant, { action: 'user.invitation-renewed', entity: entityOf(row) });
      return { user: userState(row), invitation };
    });
  }

  /**
   * What the user is already changes nothing. Throws `accounts.user-unknown`, `accounts.role-above-own`, `accounts.last-tenant-admin` and
   * the `…-unknown` of what the user refers to.
   */
  update(asking: Asking, userId: string, wanted: WantedUser): Promise<UserState> {
    assertMayGive(asking.caller, wanted.roles);
    return this.changing(asking, userId, async (tx, row, tenant) => {
      if (!wanted.roles.includes('tenant-admin')) await assertAnotherAdmin(tx, row);
      const brandId = await holdReferences(tx, wanted);
      const changed = await tx.one<UserRow>(
        `UPDATE app_user SET name = $2, roles = $3, organisation_id = $4, brand_id = $5, locale = coalesce($6, locale), driver_id = $7, version = version + 1
          WHERE user_id = $1 AND (name, roles, organisation_id, brand_id, locale, driver_id)
                IS DISTINCT FROM ($2, $3::text[], $4::uuid, $5::uuid, coalesce($6, locale), $7::uuid)
         RETURNING ${USER_COLUMNS}`,
        [userId, wanted.name, wanted.roles, wanted.organisationId, brandId, wanted.locale, wanted.driverId],
      );
      if (!changed) return userState(row);
      await this.providerTasks.add(tx, changed);
      return this.changed(tx, asking, tenant, 'user.changed', changed, { roles: wanted.roles });
    });
  }

  /**
   * A user who has not accepted the invitation is invited again when made active. Throws `accounts.user-unknown`,
   * `accounts.role-above-own`, `accounts.last-tenant-admin`.
   */
  setEnabled(asking: Asking, userId: string, enabled: boolean): Promise<UserState> {
    return this.changing(asking, userId, async (tx, row, tenant) => {
      const status = !enabled ? 'disabled' : row.identity_subject === null ? 'invited' : 'active';
      if (row.status === status) return userState(row);
      if (!enabled) await assertAnotherAdmin(tx, row);
      return this.setStatus(tx, asking, tenant, row, status);
    });
  }

  /** Forgets name and e-mail address, and whom the person was at the identity provider once it is gone there. Throws as {@link setEnabled}. */
  delete(asking: Asking, userId: string): Promise<UserState> {
    return this.changing(asking, userId, async (tx, row, tenant) => {
      await assertAnotherAdmin(tx, row);
      await tx.query('DELETE FROM invitation WHERE user_id = $1', [userId]);
      return this.setStatus(tx, asking, tenant, row, 'deleted');
    });
  }

  private async setStatus(tx: Tx, asking: Asking, tenant: string, row: UserRow, status: 'invited' | 'active' | 'disabled' | 'deleted') {
    const changed = await tx.one<UserRow>(
      `UPDATE app_user SET status = $2, version = version + 1, email = CASE $2 WHEN 'deleted' THEN NULL ELSE email END,
                           name = CASE $2 WHEN 'deleted' THEN NULL ELSE name END
        WHERE user_id = $1 RETURNING ${USER_COLUMNS}`,
      [row.user_id, status],
    );
    if (!changed) throw accountsErrors.userUnknown();
    await this.providerTasks.add(tx, changed);
    return this.changed(tx, asking, tenant, status === 'invited' || status === 'active' ? 'user.enabled' : `user.${status}`, changed);
  }

  /** Changes of one tenant's users wait for each other: only so can "at least one" be told. Deleted users are not changed any more. */
  private changing<T>(asking: Asking, userId: string, change: (tx: Tx, row: UserRow, tenant: string) => Promise<T>): Promise<T> {
    return this.database.asTenant(asking.tenantId, async (tx) => {
      const tenant = await slugOf(tx, asking.tenantId);
      await tx.query('SELECT 1 FROM tenant FOR NO KEY UPDATE');
      const row = await tx.one<UserRow>(`SELECT ${USER_COLUMNS} FROM app_user WHERE user_id = $1 AND status <> 'deleted'`, [userId]);
      if (!row) throw accountsErrors.userUnknown({ userId });
      assertMayGive(asking.caller, row.roles);
      return change(tx, row, tenant);
    });
  }

  private async changed(tx: Tx, asking: Asking, tenant: string, action: string, row: UserRow, detail?: Record<string, unknown>) {
    const payload = userState(row);
    await this.changes.tell(tx, { type: userChanged, tenant, key: row.user_id, payload });
    await this.changes.record(tx, asking, tenant, { action, entity: entityOf(row), ...(detail && { detail }) });
    return payload;
  }
}

/** Without a name: the log outlives the person's, which is looked up when the log is read. */
function entityOf(row: UserRow) {
  return { type: 'user', id: row.user_id };
}

/** Throws `accounts.last-tenant-admin` when the user is the tenant's only active admin. */
async function assertAnotherAdmin(tx: Tx, row: UserRow): Promise<void> {
  if (row.status !== 'active' || !row.roles.includes('tenant-admin')) return;
  const other = await tx.one(`SELECT 1 FROM app_user WHERE status = 'active' AND 'tenant-admin' = ANY (roles) AND user_id <> $1 LIMIT 1`, [
    row.user_id,
  ]);
  if (!other) throw accountsErrors.lastTenantAdmin();
}

/** Holds what the user refers to, and tells the brand. */
async function holdReferences(tx: Tx, { organisationId, brandId, driverId }: WantedUser): Promise<string> {
  if (organisationId !== null) await holdOrganisation(tx, organisationId);
  if (driverId !== null) await holdDriver(tx, driverId);
  const brand = await tx.one<{ brand_id: string }>(
    'SELECT brand_id FROM brand WHERE CASE WHEN $1::uuid IS NULL THEN is_default ELSE brand_id = $1 END FOR KEY SHARE',
    [brandId],
  );
  if (!brand) throw accountsErrors.brandUnknown({ brandId });
  return brand.brand_id;
}
