import { useQuery } from '@apollo/client/react';
import { FilterBar, SearchField, SelectFilter, useUiText, type useUrlFilters } from '@ampline/ui';
import { SiteNamesDocument } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { CONNECTOR_STATUSES, REGISTRATIONS, type FILTERS } from './station-filter.js';

/** Which stations are meant, by what is in the address. */
export function StationFilters({ filters }: { filters: ReturnType<typeof useUrlFilters<(typeof FILTERS)[number]>> }) {
  const text = useText();
  const uiText = useUiText();
  const { values, set } = filters;
  const sites = useQuery(SiteNamesDocument).data?.sites.nodes ?? [];
  return (
    <FilterBar active={filters.active} onReset={filters.reset}>
      <SearchField hint={text('stations.search')} value={values.search} onChange={(search) => set({ search })} />
      <SelectFilter
        label={text('stations.online')}
        value={values.online}
        onChange={(online) => set({ online })}
        options={[
          { value: 'true', label: uiText('ui.status.ONLINE') },
          { value: 'false', label: uiText('ui.status.OFFLINE') },
        ]}
      />
      <SelectFilter
        label={text('stations.connectorStatus')}
        value={values.status}
        onChange={(status) => set({ status })}
        options={CONNECTOR_STATUSES.map((value) => ({ value, label: uiText(`ui.status.${value}`) }))}
      />
      <SelectFilter
        label={text('stations.site')}
        value={values.site}
        onChange={(site) => set({ site })}
        options={sites.map(({ id, name }) => ({ value: id, label: name }))}
      />
      <SelectFilter
        label={text('stations.registration')}
        value={values.registration}
        onChange={(registration) => set({ registration })}
        options={REGISTRATIONS.map((value) => ({ value, label: uiText(`ui.status.${value}`) }))}
      />
    </FilterBar>
  );
}
