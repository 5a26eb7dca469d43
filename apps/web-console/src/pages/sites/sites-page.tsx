import Place from '@mui/icons-material/PlaceOutlined';
import { EmptyState, PageHeader, Stale, useLive, usePages, useThrottled } from '@ampline/ui';
import { SERVICES } from '../../app/services.js';
import { SitesDocument, SiteStationsChangedDocument } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { SiteCard } from './site-card.js';
import { TileList } from './tile-list.js';

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
        <TileList
          label={text('sites.title')}
          pages={pages}
          tile={{ width: 320, height: 172 }}
          show={(site) => <SiteCard site={site} />}
          empty={
            <EmptyState icon={<Place />} title={text('sites.none')}>
              {text('sites.noneHint')}
            </EmptyState>
          }
        />
      </Stale>
    </>
  );
}
