import { OrganisationKind, OrganisationStateSchema, OrganisationStatus, type OrganisationState } from '@ampline/contracts';
import { create } from '@bufbuild/protobuf';

export type StoredOrganisationKind = 'fleet' | 'site-host' | 'partner';
export type StoredOrganisationStatus = 'active' | 'closed';

/** What a row of table organisation tells. */
export interface OrganisationRow {
  organisation_id: string;
  tenant_id: string;
  name: string;
  kind: StoredOrganisationKind;
  external_reference: string | null;
  status: StoredOrganisationStatus;
  version: bigint;
}

const KIND_TO_PROTO: Record<StoredOrganisationKind, OrganisationKind> = {
  fleet: OrganisationKind.FLEET,
  'site-host': OrganisationKind.SITE_HOST,
  partner: OrganisationKind.PARTNER,
};

const KIND_TO_STORED: Record<OrganisationKind, StoredOrganisationKind | undefined> = {
  [OrganisationKind.UNSPECIFIED]: undefined,
  [OrganisationKind.FLEET]: 'fleet',
  [OrganisationKind.SITE_HOST]: 'site-host',
  [OrganisationKind.PARTNER]: 'partner',
};

const STATUS_TO_PROTO: Record<StoredOrganisationStatus, OrganisationStatus> = {
  active: OrganisationStatus.ACTIVE,
  closed: OrganisationStatus.CLOSED,
};

const STATUS_TO_STORED: Record<OrganisationStatus, StoredOrganisationStatus | undefined> = {
  [OrganisationStatus.UNSPECIFIED]: undefined,
  [OrganisationStatus.ACTIVE]: 'active',
  [OrganisationStatus.CLOSED]: 'closed',
};

/** Undefined for UNSPECIFIED. */
export function storedOrganisationKind(kind: OrganisationKind): StoredOrganisationKind | undefined {
  return KIND_TO_STORED[kind];
}

/** Undefined for UNSPECIFIED. */
export function storedOrganisationStatus(status: OrganisationStatus): StoredOrganisationStatus | undefined {
  return STATUS_TO_STORED[status];
}

export function organisationState(row: OrganisationRow): OrganisationState {
  return create(OrganisationStateSchema, {
    organisationId: row.organisation_id,
    version: row.version,
    tenantId: row.tenant_id,
    name: row.name,
    kind: KIND_TO_PROTO[row.kind],
    externalReference: row.external_reference ?? '',
    status: STATUS_TO_PROTO[row.status],
  });
}
