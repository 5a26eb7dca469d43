import EvStation from '@mui/icons-material/EvStationOutlined';
import { useQuery } from '@apollo/client/react';
import {
  EmptyState,
  ErrorState,
  FilterBar,
  isMissing,
  PageHeader,
  SearchField,
  Section,
  SelectFilter,
  ShareBar,
  Stale,
  useLive,
  usePages,
  useThrottled,
  useUiText,
  useUrlFilters,
} from '@ampline/ui';
import { useMemo } from 'react';
import { useParams } from 'react-router';
import { SERVICES } from '../../app/services.js';
import { SiteDocument, SiteStationsChangedDocument, SiteStationsDocument } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { MissingPage } from '../failures/missing-page.js';
import { connectorShares } from '../stations/connector-shares.js';
import { CONNECTOR_STATUSES, stationFilter } from '../stations/station-filter.js';
import { StationTile } from './station-tile.js';
import { TileList } from './tile-list.js';

const FILTERS = ['search', 'status'] as const;
const COUNTS_EVERY_MS = 3_000;

/** A site: its stations with each connector as a tile, live. */
export function SitePage() {
  const text = useText();
  const uiText = useUiText();
  const { siteId = '' } = useParams();
  const filters = useUrlFilters(FILTERS);
  const { values, set } = filters;
  const { data, error, refetch } = useQuery(SiteDocument, { variables: { id: siteId } });
  const variables = useMemo(() => ({ filter: stationFilter({ ...values, site: siteId, online: '', registration: '' }) }), [values, siteId]);
  const pages = usePages(SiteStationsDocument, variables, (answer) => answer.stations);
  const changed = useThrottled(() => {
    void refetch().catch(() => undefined);
    if (filters.active) pages.reload();
  }, COUNTS_EVERY_MS);
  useLive(SiteStationsChangedDocument, { variables: { siteId }, onData: changed });

  const crumbs = [{ label: text('sites.title'), to: '/sites' }];
  if (data?.site === null || isMissing(error)) return <MissingPage />;
  if (error !== undefined && data === undefined) {
    return (
      <>
        <PageHeader title={text('sites.title')} crumbs={crumbs} />
        <ErrorState error={error} onRetry={() => void refetch().catch(() => undefined)} />
      </>
    );
  }
  const site = data?.site;
  const addresses = site?.locations.nodes.map(({ address, postalCode, city }) => `${address}, ${postalCode} ${city}`) ?? [];
  return (
    <>
      <PageHeader
        title={site?.name ?? '…'}
        crumbs={crumbs}
        subtitle={site === undefined ? '\u00a0' : [...new Set(addresses)].slice(0, 2).join(' · ') || text('sites.noLocation')}
      />
      <Stale services={SERVICES.stations}>
        <Section
          title={text('sites.connectors')}
          sx={{ mb: 2.5 }}
          hint={site && text('sites.online', { online: site.counts.online, count: site.counts.stations })}
        >
          <ShareBar label={text('sites.connectors')} shares={site && connectorShares(site.counts)} />
        </Section>
        <FilterBar active={filters.active} onReset={filters.reset}>
          <SearchField hint={text('sites.search')} value={values.search} onChange={(search) => set({ search })} />
          <SelectFilter
            label={text('sites.status')}
            value={values.status}
            onChange={(status) => set({ status })}
            options={CONNECTOR_STATUSES.map((value) => ({ value, label: uiText(`ui.status.${value}`) }))}
          />
        </FilterBar>
        <TileList
          label={text('sites.stations')}
          pages={pages}
          tile={{ width: 300, height: 150 }}
          show={(station) => <StationTile station={station} />}
          empty={<EmptyState icon={<EvStation />} title={text(filters.active ? 'sites.noMatch' : 'sites.noStations')} />}
        />
      </Stale>
    </>
  );
}
