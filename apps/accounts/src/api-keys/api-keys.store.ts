import { AccessRevokedSchema, accessRevoked, type ApiKey } from '@ampline/contracts';
import { uuidv7 } from '@ampline/kernel-ids';
import type { ApiScope } from '@ampline/platform-grpc';
import { cursorText, pageFrom, type Database, type Page } from '@ampline/platform-postgres';
import { create } from '@bufbuild/protobuf';
import type { Asking } from '../asking.js';
import type { Changes } from '../changes.js';
import { accountsErrors } from '../errors.js';
import { hashOf } from '../secrets.js';
import { slugOf } from '../tenants/tenants.store.js';
import { newApiKey } from './api-key-rules.js';
import { apiKeyMessage, type ApiKeyRow } from './api-keys.mapping.js';

const COLUMNS = 'api_key_id, name, prefix, scopes, requests_per_minute, created_by, created_at, expires_at, last_used_at, revoked_at';

/** What an API key shall be. */
export interface WantedApiKey {
  name: string;
  scopes: ApiScope[];
  requestsPerMinute: number;
  /** Null: never. */
  expiresAt: Date | null;
}

/** API keys of a tenant; each change and its audit entry are one transaction. */
export class ApiKeyStore {
  constructor(
    private readonly database: Database,
    private readonly changes: Changes,
  ) {}

  /** `secret` is the whole key, told here and never again. */
  create(asking: Asking, wanted: WantedApiKey): Promise<{ apiKey: ApiKey; secret: string }> {
    const { tenantId, caller } = asking;
    const { key, prefix } = newApiKey();
    return this.database.asTenant(tenantId, async (tx) => {
      const slug = await slugOf(tx, tenantId);
      const [row] = await tx.query<ApiKeyRow>(
        `INSERT INTO api_key (api_key_id, tenant_id, name, prefix, secret_hash, scopes, requests_per_minute, created_by, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING ${COLUMNS}`,
        [
          uuidv7(),
          tenantId,
          wanted.name,
          prefix,
          hashOf(key),
          wanted.scopes,
          wanted.requestsPerMinute,
          caller.subject,
          this.changes.now(),
          wanted.expiresAt,
        ],
      );
      const made = row as ApiKeyRow;
      await this.changes.record(tx, asking, slug, {
        action: 'api-key.created',
        entity: entityOf(made),
        detail: { prefix, scopes: wanted.scopes },
      });
      return { apiKey: apiKeyMessage(made), secret: key };
    });
  }

  /** By id, revoked and expired ones too. */
  list(tenantId: string, page: Page): Promise<{ rows: ApiKey[]; page: { nextCursor: string } }> {
    return this.database.asTenant(tenantId, async (tx) => {
      const rows = await tx.query<ApiKeyRow>(
        `SELECT ${COLUMNS} FROM api_key WHERE $1::uuid IS NULL OR api_key_id > $1 ORDER BY api_key_id LIMIT $2`,
        [cursorText(page, 'uuid') ?? null, page.limit + 1],
      );
      const shown = pageFrom(rows, page, (row) => [row.api_key_id]);
      return { rows: shown.rows.map(apiKeyMessage), page: shown.page };
    });
  }

  /** Void from now on; once more changes nothing. Throws `accounts.api-key-unknown`. */
  revoke(asking: Asking, apiKeyId: string): Promise<ApiKey> {
    const { tenantId } = asking;
    return this.database.asTenant(tenantId, async (tx) => {
      const tenant = await slugOf(tx, tenantId);
      const revoked = await tx.one<ApiKeyRow>(
        `UPDATE api_key SET revoked_at = $2 WHERE api_key_id = $1 AND revoked_at IS NULL RETURNING ${COLUMNS}`,
        [apiKeyId, this.changes.now()],
      );
      if (!revoked) {
        const row = await tx.one<ApiKeyRow>(`SELECT ${COLUMNS} FROM api_key WHERE api_key_id = $1`, [apiKeyId]);
        if (!row) throw accountsErrors.apiKeyUnknown({ apiKeyId });
        return apiKeyMessage(row);
      }
      const payload = create(AccessRevokedSchema, { subject: apiKeyId, tenantId });
      await this.changes.tell(tx, { type: accessRevoked, tenant, key: apiKeyId, payload });
      await this.changes.record(tx, asking, tenant, { action: 'api-key.revoked', entity: entityOf(revoked) });
      return apiKeyMessage(revoked);
    });
  }
}

function entityOf({ api_key_id: id, name }: ApiKeyRow) {
  return { type: 'api-key', id, name };
}
