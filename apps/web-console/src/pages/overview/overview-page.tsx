import { useQuery } from '@apollo/client/react';
import { ErrorState, PageHeader, Stale, useLive, useThrottled } from '@ampline/ui';
import Box from '@mui/material/Box';
import { SERVICES } from '../../app/services.js';
import {
  OverviewAttentionDocument,
  OverviewCountsDocument,
  OverviewPowerDocument,
  OverviewSessionsChangedDocument,
  OverviewSessionsDocument,
  OverviewStationsChangedDocument,
} from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { AttentionList } from './attention-list.js';
import { ConnectorShares } from './connector-shares.js';
import { EnergyByHour } from './energy-by-hour.js';
import { FirstSteps } from './first-steps.js';
import { KeyFigures } from './key-figures.js';
import { NewestSessions } from './newest-sessions.js';
import { useEnergy } from './use-energy.js';

/** Figures that come with readings of meters, of which nothing else tells, are asked for again so often, ms. */
const POWER_EVERY_MS = 15_000;
/** Counts are asked for at most so often while stations and sessions change, ms. */
const COUNTS_EVERY_MS = 2_000;

/** How the whole is at the moment, and what needs somebody. */
export function OverviewPage() {
  const text = useText();
  const counts = useQuery(OverviewCountsDocument);
  const attention = useQuery(OverviewAttentionDocument);
  const sessions = useQuery(OverviewSessionsDocument);
  const power = useQuery(OverviewPowerDocument, { pollInterval: POWER_EVERY_MS });
  const energy = useEnergy();

  const stationsChanged = useThrottled(() => void Promise.allSettled([counts.refetch(), attention.refetch()]), COUNTS_EVERY_MS);
  const sessionsChanged = useThrottled(
    () => void Promise.allSettled([sessions.refetch(), power.refetch(), energy.refetch()]),
    COUNTS_EVERY_MS,
  );
  useLive(OverviewStationsChangedDocument, { onData: stationsChanged });
  useLive(OverviewSessionsChangedDocument, { onData: sessionsChanged });

  if (counts.error !== undefined && counts.data === undefined) {
    return (
      <>
        <PageHeader title={text('overview.title')} />
        <ErrorState error={counts.error} onRetry={() => void counts.refetch().catch(() => undefined)} />
      </>
    );
  }
  if (counts.data?.stationCounts.stations === 0) {
    return (
      <>
        <PageHeader title={text('overview.title')} />
        <FirstSteps />
      </>
    );
  }
  return (
    <>
      <PageHeader title={text('overview.title')} />
      <Stale services={SERVICES.stations}>
        <Box sx={{ display: 'grid', gap: 2.5 }}>
          <KeyFigures counts={counts.data?.stationCounts} power={power.data?.sessions} today={energy.data?.today} />
          <ConnectorShares counts={counts.data?.stationCounts} />
          <Box sx={{ display: 'grid', gap: 2.5, gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'minmax(0, 3fr) minmax(0, 2fr)' } }}>
            <EnergyByHour energy={energy} />
            <AttentionList data={attention.data} counts={counts.data?.stationCounts} />
          </Box>
          <NewestSessions data={sessions.data} error={sessions.error} />
        </Box>
      </Stale>
    </>
  );
}
