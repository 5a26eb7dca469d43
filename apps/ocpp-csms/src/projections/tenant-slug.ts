import type { Tx } from '@ampline/platform-postgres';
import { csmsErrors } from '../errors.js';

/** What the subjects of a tenant's facts name it by. Throws `csms.tenant-unknown`. */
export async function tenantSlug(tx: Tx, tenantId: string): Promise<string> {
  const row = await tx.one<{ slug: string }>('SELECT slug FROM tenant WHERE tenant_id = $1', [tenantId]);
  if (!row) throw csmsErrors.tenantUnknown();
  return row.slug;
}
