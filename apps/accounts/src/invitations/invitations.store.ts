import { userChanged } from '@ampline/contracts';
import type { Caller, Role } from '@ampline/platform-grpc';
import type { Database, Tx } from '@ampline/platform-postgres';
import type { Changes } from '../changes.js';
import { accountsErrors } from '../errors.js';
import type { Locale } from '../fields.js';
import type { ProviderTasks } from '../identity-provider/provider-tasks.js';
import { hashOf } from '../secrets.js';
import { USER_COLUMNS, userState, type UserRow } from '../users/users.mapping.js';

/** An invitation that can be accepted, with the user and the tenant that it is for. */
export interface OpenInvitation {
  userId: string;
  email: string;
  name: string;
  roles: Role[];
  locale: Locale;
  tenantSlug: string;
  tenantName: string;
  expiresAt: Date;
}

interface InvitationRow {
  user_id: string;
  email: string;
  name: string;
  roles: Role[];
  locale: Locale;
  user_status: string;
  slug: string;
  tenant_name: string;
  tenant_status: string;
  expires_at: Date;
  accepted_at: Date | null;
}

/** Invitations as whoever holds their secret meets them: across tenants, since the secret alone says which one. */
export class InvitationStore {
  constructor(
    private readonly database: Database,
    private readonly changes: Changes,
    private readonly providerTasks: ProviderTasks,
  ) {}

  /**
   * Throws `accounts.invitation-unknown`, `accounts.invitation-used`, `accounts.invitation-expired`, `accounts.user-disabled`,
   * `accounts.tenant-suspended`.
   */
  open(secret: string): Promise<OpenInvitation> {
    return this.database.asWorker((tx) => this.find(tx, secret));
  }

  /**
   * The identity provider knows the user as `subject`: makes the user active. Throws as {@link open} when the invitation was overtaken
   * meanwhile.
   */
  async accept(secret: string, name: string, subject: string, via: string): Promise<void> {
    await this.database.asWorker(async (tx) => {
      // Held first, so that of two who accept at once the second finds it used.
      await tx.query('SELECT 1 FROM invitation WHERE secret_hash = $1 FOR UPDATE', [hashOf(secret)]);
      const { userId, tenantSlug } = await this.find(tx, secret);
      const row = await tx.one<UserRow>(
        `UPDATE app_user SET status = 'active', name = $2, identity_subject = $3, version = version + 1
          WHERE user_id = $1 AND status = 'invited' RETURNING ${USER_COLUMNS}`,
        [userId, name, subject],
      );
      if (!row) throw accountsErrors.invitationUnknown();
      await tx.query('UPDATE invitation SET accepted_at = $2 WHERE user_id = $1', [userId, this.changes.now()]);
      // Roles may have been changed while the provider was asked.
      await this.providerTasks.add(tx, row);
      const caller: Caller = { subject: userId, kind: 'person', name, roles: row.roles, actor: via };
      await this.changes.tell(tx, { type: userChanged, tenant: tenantSlug, key: userId, payload: userState(row) });
      await this.changes.record(tx, { caller, tenantId: row.tenant_id }, tenantSlug, {
        action: 'user.invitation-accepted',
        entity: { type: 'user', id: userId },
      });
    });
  }

  private async find(tx: Tx, secret: string): Promise<OpenInvitation> {
    const row = await tx.one<InvitationRow>(
      `SELECT user_id, email, u.name, roles, locale, u.status AS user_status, slug, t.name AS tenant_name, t.status AS tenant_status,
              expires_at, accepted_at
         FROM invitation JOIN app_user u USING (user_id) JOIN tenant t ON t.tenant_id = u.tenant_id WHERE secret_hash = $1`,
      [hashOf(secret)],
    );
    if (!row) throw accountsErrors.invitationUnknown();
    if (row.accepted_at) throw accountsErrors.invitationUsed();
    if (row.expires_at <= this.changes.now()) throw accountsErrors.invitationExpired();
    if (row.user_status !== 'invited') throw accountsErrors.userDisabled();
    if (row.tenant_status !== 'active') throw accountsErrors.tenantSuspended();
    const { user_id: userId, email, name, roles, locale, slug: tenantSlug, tenant_name: tenantName, expires_at: expiresAt } = row;
    return { userId, email, name, roles, locale, tenantSlug, tenantName, expiresAt };
  }
}
