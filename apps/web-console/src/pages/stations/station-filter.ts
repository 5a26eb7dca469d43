import type { ConnectorStatus, Registration, StationFilter } from '../../generated/graphql.js';

/** Names of the filters in the address. */
export const FILTERS = ['search', 'online', 'status', 'site', 'registration'] as const;

export const CONNECTOR_STATUSES: readonly ConnectorStatus[] = [
  'AVAILABLE',
  'PREPARING',
  'CHARGING',
  'SUSPENDED_EV',
  'SUSPENDED_EVSE',
  'FINISHING',
  'RESERVED',
  'UNAVAILABLE',
  'FAULTED',
  'UNKNOWN',
];
export const REGISTRATIONS: readonly Registration[] = ['ACCEPTED', 'PENDING', 'REJECTED'];

/** What the API is asked for; what the address says wrongly counts as not said. */
export function stationFilter(values: Readonly<Record<(typeof FILTERS)[number], string>>): StationFilter {
  const status = CONNECTOR_STATUSES.find((one) => one === values.status);
  const registration = REGISTRATIONS.find((one) => one === values.registration);
  return {
    ...(values.search && { search: values.search }),
    ...(['true', 'false'].includes(values.online) && { online: values.online === 'true' }),
    ...(status && { connectorStatuses: [status] }),
    ...(values.site && { siteId: values.site }),
    ...(registration && { registration }),
  };
}
