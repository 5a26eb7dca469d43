import { useQuery } from '@apollo/client/react';
import { useNow } from '@ampline/ui';
import { useMemo } from 'react';
import { OverviewEnergyDocument, type OverviewEnergyQuery } from '../../generated/graphql.js';
import { HOUR_MS, HOURS_SHOWN } from './hours.js';

/** What is known of the energy of today and of the last hours; moves on with the clock. */
export interface Energy {
  data: OverviewEnergyQuery | undefined;
  error: Error | undefined;
  /** Begin of the oldest hour, ms since the epoch. */
  from: number;
  refetch: () => Promise<unknown>;
}

export function useEnergy(): Energy {
  const hour = Math.floor(useNow(60_000) / HOUR_MS);
  const variables = useMemo(() => {
    const midnight = new Date(hour * HOUR_MS);
    midnight.setHours(0, 0, 0, 0);
    return {
      midnight: midnight.toISOString(),
      from: new Date((hour - HOURS_SHOWN + 1) * HOUR_MS).toISOString(),
      timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    };
  }, [hour]);
  const { data, previousData, error, refetch } = useQuery(OverviewEnergyDocument, { variables });
  return { data: data ?? previousData, error, from: Date.parse(variables.from), refetch };
}
