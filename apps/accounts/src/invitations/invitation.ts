import type { InvitationSchema } from '@ampline/contracts';
import type { Tx } from '@ampline/platform-postgres';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { hashOf, newSecret } from '../secrets.js';

const VALID_MS = 7 * 24 * 3_600_000;

/** An invitation that was just made; the secret is known to nobody afterwards. */
export interface Invitation {
  secret: string;
  expiresAt: Date;
}

/** A new invitation for a user; earlier ones are void. Part of the transaction that asks for it. */
export async function replaceInvitation(tx: Tx, tenantId: string, userId: string, now: Date): Promise<Invitation> {
  const invitation = { secret: newSecret(), expiresAt: new Date(now.getTime() + VALID_MS) };
  await tx.query(
    `INSERT INTO invitation (user_id, tenant_id, secret_hash, expires_at) VALUES ($1, $2, $3, $4)
     ON CONFLICT (user_id) DO UPDATE SET secret_hash = excluded.secret_hash, expires_at = excluded.expires_at`,
    [userId, tenantId, hashOf(invitation.secret), invitation.expiresAt],
  );
  return invitation;
}

export function invitationMessage({ secret, expiresAt }: Invitation): MessageInitShape<typeof InvitationSchema> {
  return { secret, expiresAt: timestampFromDate(expiresAt) };
}
