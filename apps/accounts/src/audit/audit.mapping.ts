import { AuditActorKind, AuditEntrySchema, type AuditEntry } from '@ampline/contracts';
import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';

export type StoredActorKind = 'person' | 'service' | 'api-key' | 'guest';

/** What a row of table audit_entry tells. */
export interface AuditRow {
  at: Date;
  audit_id: string;
  tenant_id: string;
  context: string;
  actor_kind: StoredActorKind;
  actor_id: string;
  actor_name: string;
  actor_via: string;
  action: string;
  entity_type: string;
  entity_id: string;
  entity_name: string;
  detail: string;
  trace_id: string;
}

const KIND_TO_PROTO: Record<StoredActorKind, AuditActorKind> = {
  person: AuditActorKind.PERSON,
  service: AuditActorKind.SERVICE,
  'api-key': AuditActorKind.API_KEY,
  guest: AuditActorKind.GUEST,
};

const KIND_TO_STORED: Record<AuditActorKind, StoredActorKind | undefined> = {
  [AuditActorKind.UNSPECIFIED]: undefined,
  [AuditActorKind.PERSON]: 'person',
  [AuditActorKind.SERVICE]: 'service',
  [AuditActorKind.API_KEY]: 'api-key',
  [AuditActorKind.GUEST]: 'guest',
};

/** Undefined for UNSPECIFIED. */
export function storedActorKind(kind: AuditActorKind): StoredActorKind | undefined {
  return KIND_TO_STORED[kind];
}

export function auditEntry(row: AuditRow): AuditEntry {
  return create(AuditEntrySchema, {
    auditId: row.audit_id,
    tenantId: row.tenant_id,
    at: timestampFromDate(row.at),
    actor: { kind: KIND_TO_PROTO[row.actor_kind], id: row.actor_id, name: row.actor_name, via: row.actor_via },
    action: row.action,
    entityType: row.entity_type,
    entityId: row.entity_id,
    entityName: row.entity_name,
    detailJson: row.detail,
    traceId: row.trace_id,
    context: row.context,
  });
}
