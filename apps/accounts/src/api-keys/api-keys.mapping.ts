import { ApiKeySchema, type ApiKey } from '@ampline/contracts';
import type { ApiScope } from '@ampline/platform-grpc';
import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';

/** What a row of table api_key tells; never its hash. */
export interface ApiKeyRow {
  api_key_id: string;
  name: string;
  prefix: string;
  scopes: ApiScope[];
  requests_per_minute: number;
  created_by: string;
  created_at: Date;
  expires_at: Date | null;
  last_used_at: Date | null;
  revoked_at: Date | null;
}

export function apiKeyMessage(row: ApiKeyRow): ApiKey {
  return create(ApiKeySchema, {
    apiKeyId: row.api_key_id,
    name: row.name,
    prefix: row.prefix,
    scopes: row.scopes,
    requestsPerMinute: row.requests_per_minute,
    createdBy: row.created_by,
    createdAt: timestampFromDate(row.created_at),
    ...(row.expires_at && { expiresAt: timestampFromDate(row.expires_at) }),
    ...(row.last_used_at && { lastUsedAt: timestampFromDate(row.last_used_at) }),
    ...(row.revoked_at && { revokedAt: timestampFromDate(row.revoked_at) }),
  });
}
