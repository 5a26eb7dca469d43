import { auditRecorded, type AuditEntry } from '@ampline/contracts';
import { onFact, type FactHandler } from '@ampline/platform-outbox';
import type { Tx } from '@ampline/platform-postgres';
import { timestampDate } from '@bufbuild/protobuf/wkt';
import { accountsErrors } from '../errors.js';
import { storedActorKind } from './audit.mapping.js';

/** Whose deeds are gathered; accounts' own among them. */
export const AUDITED_CONTEXTS = ['accounts', 'csms'] as const;

/** How the deeds of a context become entries of the log. */
export function auditHandlers(context: string): FactHandler[] {
  return [onFact(auditRecorded(context), (tx, fact) => keep(tx, fact.payload))];
}

async function keep(tx: Tx, entry: AuditEntry): Promise<void> {
  const { actor, at } = entry;
  const kind = actor && storedActorKind(actor.kind);
  if (!actor || !kind || !at) throw accountsErrors.auditEntryIncomplete({ auditId: entry.auditId });
  const time = timestampDate(at);
  await tx.query('SELECT ensure_audit_month($1::date) WHERE to_regclass($2) IS NULL', [time, monthTable(time)]);
  await tx.query(
    `INSERT INTO audit_entry (at, audit_id, tenant_id, context, actor_kind, actor_id, actor_name, actor_via, action, entity_type, entity_id,
       entity_name, detail, trace_id)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT DO NOTHING`,
    [
      time,
      entry.auditId,
      entry.tenantId,
      entry.context,
      kind,
      actor.id,
      actor.name,
      actor.via,
      entry.action,
      entry.entityType,
      entry.entityId,
      entry.entityName,
      entry.detailJson,
      entry.traceId,
    ],
  );
}

function monthTable(at: Date): string {
  return `audit_entry_m${at.toISOString().slice(0, 7).replace('-', '')}`;
}
