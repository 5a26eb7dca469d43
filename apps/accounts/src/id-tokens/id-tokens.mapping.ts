import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { IdTokenStateSchema, IdTokenStatus, IdTokenType, type IdTokenState } from '@ampline/contracts';

export type StoredIdTokenType = 'iso14443' | 'iso15693' | 'central' | 'emaid' | 'local' | 'key-code' | 'mac-address';
export type StoredIdTokenStatus = 'active' | 'blocked' | 'removed';

/** What a row of table id_token tells. */
export interface IdTokenRow {
  id_token_id: string;
  tenant_id: string;
  id_token: string;
  type: StoredIdTokenType;
  status: StoredIdTokenStatus;
  expires_at: Date | null;
  group_id: string | null;
  group_token: string | null;
  allow_concurrent: boolean;
  driver_id: string | null;
  organisation_id: string | null;
  version: bigint;
}

const TYPE_TO_PROTO: Record<StoredIdTokenType, IdTokenType> = {
  iso14443: IdTokenType.ISO14443,
  iso15693: IdTokenType.ISO15693,
  central: IdTokenType.CENTRAL,
  emaid: IdTokenType.EMAID,
  local: IdTokenType.LOCAL,
  'key-code': IdTokenType.KEY_CODE,
  'mac-address': IdTokenType.MAC_ADDRESS,
};

/** A token whose type nobody names is an RFID card. */
const TYPE_TO_STORED: Record<IdTokenType, StoredIdTokenType> = {
  [IdTokenType.UNSPECIFIED]: 'iso14443',
  [IdTokenType.ISO14443]: 'iso14443',
  [IdTokenType.ISO15693]: 'iso15693',
  [IdTokenType.CENTRAL]: 'central',
  [IdTokenType.EMAID]: 'emaid',
  [IdTokenType.LOCAL]: 'local',
  [IdTokenType.KEY_CODE]: 'key-code',
  [IdTokenType.MAC_ADDRESS]: 'mac-address',
};

const STATUS_TO_PROTO: Record<StoredIdTokenStatus, IdTokenStatus> = {
  active: IdTokenStatus.ACTIVE,
  blocked: IdTokenStatus.BLOCKED,
  removed: IdTokenStatus.REMOVED,
};

const STATUS_TO_STORED: Record<IdTokenStatus, StoredIdTokenStatus | undefined> = {
  [IdTokenStatus.UNSPECIFIED]: undefined,
  [IdTokenStatus.ACTIVE]: 'active',
  [IdTokenStatus.BLOCKED]: 'blocked',
  [IdTokenStatus.REMOVED]: 'removed',
};

export function storedIdTokenType(type: IdTokenType): StoredIdTokenType {
  return TYPE_TO_STORED[type];
}

/** Undefined for UNSPECIFIED. */
export function storedIdTokenStatus(status: IdTokenStatus): StoredIdTokenStatus | undefined {
  return STATUS_TO_STORED[status];
}

export function idTokenState(row: IdTokenRow): IdTokenState {
  return create(IdTokenStateSchema, {
    idTokenId: row.id_token_id,
    version: row.version,
    tenantId: row.tenant_id,
    idToken: row.id_token,
    type: TYPE_TO_PROTO[row.type],
    status: STATUS_TO_PROTO[row.status],
    ...(row.expires_at && { expiresAt: timestampFromDate(row.expires_at) }),
    groupId: row.group_id ?? '',
    groupToken: row.group_token ?? '',
    allowConcurrent: row.allow_concurrent,
    driverId: row.driver_id ?? '',
    organisationId: row.organisation_id ?? '',
  });
}
