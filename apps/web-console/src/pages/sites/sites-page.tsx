import Place from '@mui/icons-material/PlaceOutlined';
import Box from '@mui/material/Box';
import Paper from '@mui/material/Paper';
import Skeleton from '@mui/material/Skeleton';
import { EmptyState, ErrorState, PageHeader, Stale, useLive, usePages, useThrottled } from '@ampline/ui';
import { SERVICES } from '../../app/services.js';
import { SitesDocument, SiteStationsChangedDocument } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { MoreButton } from './more-button.js';
import { SiteCard } from './site-card.js';

const NO_VARIABLES = {};
const COUNTS_EVERY_MS = 3_000;

/** All sites with what their stations do. */
export function SitesPage() {
  const text = useText();
  const pages = usePages(SitesDocument, NO_VARIABLES, (data) => data.sites);
  const reload = useThrottled(pages.reload, COUNTS_EVERY_MS);
  useLive(SiteStationsChangedDocument, { variables: {}, onData: reload });
  return (
    <>
      <PageHeader title={text('sites.title')} />
      <Stale services={SERVICES.stations}>
        {pages.error !== undefined && (
          <Paper variant="outlined">
            <ErrorState error={pages.error} onRetry={pages.reload} />
          </Paper>
        )}
        {!pages.loading && pages.error === undefined && pages.rows.length === 0 && (
          <Paper variant="outlined">
            <EmptyState icon={<Place />} title={text('sites.none')}>
              {text('sites.noneHint')}
            </EmptyState>
          </Paper>
        )}
        <Box
          component="ul"
          aria-busy={pages.loading}
          sx={{
            listStyle: 'none',
            m: 0,
            p: 0,
            display: 'grid',
            gap: 2,
            gridTemplateColumns: 'repeat(auto-fill, minmax(min(320px, 100%), 1fr))',
          }}
        >
          {pages.loading && Array.from({ length: 6 }, (_, index) => <Skeleton key={index} component="li" variant="rounded" height={172} />)}
          {pages.rows.map((site) => (
            <li key={site.id}>
              <SiteCard site={site} />
            </li>
          ))}
        </Box>
        <MoreButton pages={pages} />
      </Stale>
    </>
  );
}
