import type { AuditFilter } from '../../generated/graphql.js';
import { dayBegins, dayEnds } from '../../parts/dates.js';
import { SUBJECTS } from './subjects.js';

/** Names of the filters in the address. */
export const FILTERS = ['search', 'subject', 'actor', 'entity', 'from', 'until'] as const;
type Values = Readonly<Record<(typeof FILTERS)[number], string>>;

/** What the API is asked for; what the address says wrongly counts as not said. */
export function auditFilter(values: Values): AuditFilter {
  const from = dayBegins(values.from);
  const before = dayEnds(values.until);
  const subject = SUBJECTS.find((one) => one === values.subject);
  return {
    ...(values.search && { text: values.search }),
    ...(subject && { action: `${subject}.` }),
    ...(values.actor && { actorId: values.actor }),
    ...(values.entity && { entityId: values.entity }),
    ...(from && { from }),
    ...(before && { before }),
  };
}

/** Where the same entries are as a file; undefined when a filter is set that the file does not know. */
export function csvPath(values: Values): string | undefined {
  const { actorId, entityId, ...rest } = auditFilter(values);
  if (actorId !== undefined || entityId !== undefined) return undefined;
  const query = new URLSearchParams(rest as Record<string, string>);
  return query.size === 0 ? '/rest/v1/audit.csv' : `/rest/v1/audit.csv?${query}`;
}
