import type { IdTokenFilter, IdTokenStatus, IdTokenType } from '../../generated/graphql.js';

/** Names of the filters in the address. */
export const FILTERS = ['search', 'status', 'group', 'organisation', 'driver'] as const;
export const STATUSES: readonly IdTokenStatus[] = ['ACTIVE', 'BLOCKED', 'REMOVED'];
export const TYPES: readonly IdTokenType[] = ['ISO14443', 'ISO15693', 'CENTRAL', 'EMAID', 'LOCAL', 'KEY_CODE', 'MAC_ADDRESS'];

/** What the API is asked for; what the address says wrongly counts as not said. */
export function idTokenFilter(values: Readonly<Record<(typeof FILTERS)[number], string>>): IdTokenFilter {
  const status = STATUSES.find((one) => one === values.status);
  return {
    ...(values.search && { search: values.search }),
    ...(status && { status }),
    ...(values.group && { groupId: values.group }),
    ...(values.organisation && { organisationId: values.organisation }),
    ...(values.driver && { driverId: values.driver }),
  };
}
