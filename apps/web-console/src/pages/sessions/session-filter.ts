import type { SessionFilter, SessionStatus } from '../../generated/graphql.js';
import { dayBegins, dayEnds } from '../../parts/dates.js';

/** Names of the filters in the address. */
export const FILTERS = ['status', 'station', 'site', 'idToken', 'doubtful', 'from', 'until'] as const;
export const SESSION_STATUSES: readonly SessionStatus[] = ['ACTIVE', 'COMPLETED', 'INVALID'];

/** What the API is asked for; days count where the browser is, the last one included. What the address says wrongly counts as not said. */
export function sessionFilter(values: Readonly<Record<(typeof FILTERS)[number], string>>): SessionFilter {
  const status = SESSION_STATUSES.find((one) => one === values.status);
  const startedFrom = dayBegins(values.from);
  const startedBefore = dayEnds(values.until);
  return {
    ...(status && { status }),
    ...(values.station && { stationId: values.station }),
    ...(values.site && { siteId: values.site }),
    ...(values.idToken && { idToken: values.idToken }),
    ...(values.doubtful === 'true' && { doubtful: true }),
    ...(startedFrom && { startedFrom }),
    ...(startedBefore && { startedBefore }),
  };
}
