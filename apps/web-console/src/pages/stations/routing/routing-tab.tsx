import Box from '@mui/material/Box';
import Skeleton from '@mui/material/Skeleton';
import { useQuery } from '@apollo/client/react';
import { ErrorState } from '@ampline/ui';
import { OPERATORS } from '../../../app/roles.js';
import { useViewer } from '../../../app/viewer.js';
import { StationRoutingDocument, type RoutingDetailFragment } from '../../../generated/graphql.js';
import type { ShownStation } from '../shown-station.js';
import { BackEndSection } from './back-end-section.js';
import { MqttSection } from './mqtt-section.js';
import { SecondCsmsSection } from './second-csms-section.js';

/** What each part of the page works with. */
export interface RoutingPartProps {
  station: ShownStation;
  routing: RoutingDetailFragment;
  operates: boolean;
  /** Ask again: something else than the answer of a mutation has changed. */
  onChanged: () => void;
}

/** How the second connection fares is asked for so often, ms. */
const STATE_EVERY_MS = 5_000;

/** Who answers the station, who gets a copy, and what carries its messages. */
export function RoutingTab({ station }: { station: ShownStation }) {
  const operates = useViewer().may(...OPERATORS);
  const { data, error, refetch } = useQuery(StationRoutingDocument, {
    variables: { stationId: station.id },
    fetchPolicy: 'cache-and-network',
    pollInterval: STATE_EVERY_MS,
  });
  const again = () => void refetch().catch(() => undefined);
  if (data === undefined && error !== undefined) return <ErrorState error={error} onRetry={again} />;
  if (data?.stationRouting === undefined) return <Skeleton variant="rounded" height={260} />;
  const part: RoutingPartProps = { station, routing: data.stationRouting as RoutingDetailFragment, operates, onChanged: again };
  return (
    <Box
      sx={{
        display: 'grid',
        gap: 2.5,
        alignItems: 'start',
        gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'repeat(2, minmax(0, 1fr))' },
      }}
    >
      <BackEndSection {...part} />
      <SecondCsmsSection {...part} />
      <MqttSection {...part} />
    </Box>
  );
}
