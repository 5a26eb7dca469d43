import { create } from '@bufbuild/protobuf';
import { TenantStateSchema, TenantStatus, type TenantState } from '@ampline/contracts';

/** A row of table tenant. */
export interface TenantRow {
  tenant_id: string;
  slug: string;
  name: string;
  status: StoredTenantStatus;
  version: bigint;
}

export type StoredTenantStatus = 'active' | 'suspended';

const TO_PROTO: Record<StoredTenantStatus, TenantStatus> = {
  active: TenantStatus.ACTIVE,
  suspended: TenantStatus.SUSPENDED,
};

const TO_STORED: Record<TenantStatus, StoredTenantStatus | undefined> = {
  [TenantStatus.UNSPECIFIED]: undefined,
  [TenantStatus.ACTIVE]: 'active',
  [TenantStatus.SUSPENDED]: 'suspended',
};

/** Undefined for UNSPECIFIED. */
export function storedTenantStatus(status: TenantStatus): StoredTenantStatus | undefined {
  return TO_STORED[status];
}

export function tenantState(row: TenantRow): TenantState {
  return create(TenantStateSchema, {
    tenantId: row.tenant_id,
    version: row.version,
    slug: row.slug,
    name: row.name,
    status: TO_PROTO[row.status],
  });
}
