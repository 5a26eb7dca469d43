import { AuditActorKind as KindValue, type AuditEntry as AuditEntryMessage } from '@ampline/contracts';
import type { AuditActorKind, AuditEntry, QueryResolvers, Resolvers } from '../generated/graphql.js';
import { enumPair } from '../mapping/enum-pair.js';
import { connection, pageRequest } from '../mapping/pages.js';
import { iso, jsonOrNull, present, textOf, textOrNull, timestampOf } from '../mapping/values.js';
import { nameOfPerson } from './actor-name.js';

export const actorKinds = enumPair<KindValue, AuditActorKind>()({
  [KindValue.UNSPECIFIED]: undefined,
  [KindValue.PERSON]: 'PERSON',
  [KindValue.SERVICE]: 'SERVICE',
  [KindValue.API_KEY]: 'API_KEY',
  [KindValue.GUEST]: 'GUEST',
});

export function auditEntry(entry: AuditEntryMessage): AuditEntry {
  const { auditId, at, action, entityType, entityId, entityName, context } = entry;
  const actor = present(entry.actor);
  return {
    id: auditId,
    at: iso(at),
    actorKind: actorKinds.word(actor.kind),
    actorId: actor.id,
    actorName: actor.name,
    via: textOrNull(actor.via),
    action,
    entityType,
    entityId,
    entityName,
    detail: jsonOrNull(entry.detailJson),
    traceId: textOrNull(entry.traceId),
    context,
  };
}

export const auditQueries: QueryResolvers = {
  audit: async (_, args, { doors }) => {
    const { filter } = args;
    const { entries, page } = await doors.audit.searchAudit({
      page: pageRequest(args),
      text: textOf(filter?.text),
      actorId: textOf(filter?.actorId),
      action: textOf(filter?.action),
      entityType: textOf(filter?.entityType),
      entityId: textOf(filter?.entityId),
      from: timestampOf(filter?.from),
      before: timestampOf(filter?.before),
    });
    return connection(entries.map(auditEntry), page);
  },
};

/** People have no name in the log: it is theirs of today, and none once they are gone. */
export const auditFields: NonNullable<Resolvers['AuditEntry']> = {
  entityName: async ({ entityType, entityId, entityName }, _, { loaders }) =>
    entityName === '' ? ((await nameOfPerson(loaders, entityType, entityId)) ?? '') : entityName,
};
