import { DriverStateSchema, DriverStatus, type DriverState } from '@ampline/contracts';
import { create } from '@bufbuild/protobuf';

export type StoredDriverStatus = 'active' | 'closed';

/** What a row of table driver tells. */
export interface DriverRow {
  driver_id: string;
  tenant_id: string;
  name: string;
  email: string | null;
  phone: string | null;
  external_reference: string | null;
  organisation_id: string | null;
  status: StoredDriverStatus;
  version: bigint;
}

const STATUS_TO_PROTO: Record<StoredDriverStatus, DriverStatus> = { active: DriverStatus.ACTIVE, closed: DriverStatus.CLOSED };

const STATUS_TO_STORED: Record<DriverStatus, StoredDriverStatus | undefined> = {
  [DriverStatus.UNSPECIFIED]: undefined,
  [DriverStatus.ACTIVE]: 'active',
  [DriverStatus.CLOSED]: 'closed',
};

/** Undefined for UNSPECIFIED. */
export function storedDriverStatus(status: DriverStatus): StoredDriverStatus | undefined {
  return STATUS_TO_STORED[status];
}

export function driverState(row: DriverRow): DriverState {
  return create(DriverStateSchema, {
    driverId: row.driver_id,
    version: row.version,
    tenantId: row.tenant_id,
    name: row.name,
    email: row.email ?? '',
    phone: row.phone ?? '',
    externalReference: row.external_reference ?? '',
    organisationId: row.organisation_id ?? '',
    status: STATUS_TO_PROTO[row.status],
  });
}
