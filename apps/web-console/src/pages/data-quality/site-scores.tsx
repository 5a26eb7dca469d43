import Place from '@mui/icons-material/PlaceOutlined';
import Box from '@mui/material/Box';
import LinearProgress from '@mui/material/LinearProgress';
import { DataTable, EmptyState, useFormat, usePages, type Column } from '@ampline/ui';
import { useMemo } from 'react';
import { SiteScoresDocument, type SiteScoresQuery } from '../../generated/graphql.js';
import { useText } from '../../messages.js';

type Site = SiteScoresQuery['siteScores']['nodes'][number];

const NO_VARIABLES = {};

/** Sites by score, the worst first; each leads to its findings. */
export function SiteScores() {
  const text = useText();
  const format = useFormat();
  const pages = usePages(SiteScoresDocument, NO_VARIABLES, (data) => data.siteScores);
  const columns = useMemo<[Column<Site>, ...Column<Site>[]]>(
    () => [
      { key: 'site', header: text('dataQuality.site'), cell: ({ siteName }) => siteName },
      { key: 'score', header: text('dataQuality.score'), width: '240px', cell: ({ score }) => <Score score={score} /> },
      {
        key: 'stations',
        header: text('dataQuality.stations'),
        width: '150px',
        align: 'end',
        cell: ({ stations }) => format.integer(stations),
      },
      {
        key: 'findings',
        header: text('dataQuality.findings'),
        width: '130px',
        align: 'end',
        cell: ({ findings }) => format.integer(findings),
      },
    ],
    [text, format],
  );
  return (
    <DataTable
      label={text('dataQuality.sites')}
      pages={pages}
      rowKey={({ siteId }) => siteId}
      rowTo={({ siteId }) => `/data-quality?site=${siteId}`}
      columns={columns}
      expected={4}
      empty={
        <EmptyState icon={<Place />} title={text('dataQuality.noSites')}>
          {text('dataQuality.noSitesHint')}
        </EmptyState>
      }
    />
  );
}

function Score({ score }: { score: number | null }) {
  const text = useText();
  if (score === null) return '–';
  return (
    <Box sx={{ display: 'flex', alignItems: 'center', gap: 1.5, minWidth: 0 }}>
      <LinearProgress
        variant="determinate"
        value={score}
        color={score >= 90 ? 'success' : score >= 60 ? 'warning' : 'error'}
        aria-label={text('dataQuality.score')}
        sx={{ flex: 1, minWidth: 60, height: 8, borderRadius: 99 }}
      />
      <Box component="span" sx={{ fontVariantNumeric: 'tabular-nums', minWidth: '3ch', textAlign: 'right' }}>
        {score}
      </Box>
    </Box>
  );
}
