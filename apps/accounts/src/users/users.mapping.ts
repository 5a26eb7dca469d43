import { UserStateSchema, UserStatus, type UserState } from '@ampline/contracts';
import type { Role } from '@ampline/platform-grpc';
import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { Locale } from '../fields.js';

export type StoredUserStatus = 'invited' | 'active' | 'disabled' | 'deleted';

/** What a row of table app_user tells. */
export interface UserRow {
  user_id: string;
  tenant_id: string;
  email: string | null;
  name: string | null;
  roles: Role[];
  status: StoredUserStatus;
  organisation_id: string | null;
  brand_id: string;
  driver_id: string | null;
  locale: Locale;
  identity_subject: string | null;
  version: bigint;
  created_at: Date;
}

export const USER_COLUMNS = `user_id, tenant_id, email, name, roles, status, organisation_id, brand_id, driver_id, locale, identity_subject,
  version, created_at`;

const STATUS_TO_PROTO: Record<StoredUserStatus, UserStatus> = {
  invited: UserStatus.INVITED,
  active: UserStatus.ACTIVE,
  disabled: UserStatus.DISABLED,
  deleted: UserStatus.DELETED,
};

const STATUS_TO_STORED: Record<UserStatus, StoredUserStatus | undefined> = {
  [UserStatus.UNSPECIFIED]: undefined,
  [UserStatus.INVITED]: 'invited',
  [UserStatus.ACTIVE]: 'active',
  [UserStatus.DISABLED]: 'disabled',
  [UserStatus.DELETED]: 'deleted',
};

/** Undefined for UNSPECIFIED. */
export function storedUserStatus(status: UserStatus): StoredUserStatus | undefined {
  return STATUS_TO_STORED[status];
}

export function userState(row: UserRow): UserState {
  return create(UserStateSchema, {
    userId: row.user_id,
    version: row.version,
    tenantId: row.tenant_id,
    email: row.email ?? '',
    name: row.name ?? '',
    roles: row.roles,
    status: STATUS_TO_PROTO[row.status],
    organisationId: row.organisation_id ?? '',
    brandId: row.brand_id,
    driverId: row.driver_id ?? '',
    locale: row.locale,
    // What is left to do there for a deleted user concerns nobody else.
    identitySubject: row.status === 'deleted' ? '' : (row.identity_subject ?? ''),
    createdAt: timestampFromDate(row.created_at),
  });
}
