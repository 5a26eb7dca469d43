import CheckCircle from '@mui/icons-material/CheckCircleOutlined';
import Box from '@mui/material/Box';
import Skeleton from '@mui/material/Skeleton';
import Typography from '@mui/material/Typography';
import { EmptyState, RouterLink, Section, StatusChip, TimeAgo } from '@ampline/ui';
import type { OverviewAttentionQuery, OverviewCountsQuery } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { attentionOf, type Attention } from './attention.js';

const MOST = 6;
const STATUS = { faulted: 'FAULTED', offline: 'OFFLINE', pending: 'PENDING' } as const;

interface AttentionListProps {
  data: OverviewAttentionQuery | undefined;
  counts: OverviewCountsQuery['stationCounts'] | undefined;
}

/** Stations that somebody should look at. */
export function AttentionList({ data, counts }: AttentionListProps) {
  const text = useText();
  const shown = data && attentionOf(data, MOST);
  return (
    <Section title={text('overview.attention')} flush sx={{ display: 'flex', flexDirection: 'column', minHeight: 356 }}>
      {shown === undefined && <Rows />}
      {shown?.length === 0 && <EmptyState icon={<CheckCircle />} title={text('overview.allWell')} />}
      {shown !== undefined && shown.length > 0 && (
        <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0 }}>
          {shown.map((attention) => (
            <Entry key={attention.station.id} {...attention} />
          ))}
        </Box>
      )}
      {counts !== undefined && shown !== undefined && shown.length > 0 && (
        <Box sx={{ px: 2.5, py: 1.5, mt: 'auto', display: 'flex', flexWrap: 'wrap', gap: 2, fontSize: '0.8125rem' }}>
          {counts.faulted > 0 && (
            <RouterLink to="/stations?status=FAULTED&online=true">{text('overview.allFaulted', { count: counts.faulted })}</RouterLink>
          )}
          {counts.stations > counts.online && (
            <RouterLink to="/stations?online=false">{text('overview.allOffline', { count: counts.stations - counts.online })}</RouterLink>
          )}
        </Box>
      )}
    </Section>
  );
}

function Entry({ station, because, since, errorCode }: Attention) {
  return (
    <Box
      component="li"
      sx={({ vars }) => ({
        position: 'relative',
        display: 'flex',
        alignItems: 'center',
        gap: 1.5,
        px: 2.5,
        height: 46,
        borderBlockStart: `1px solid ${vars?.palette.divider}`,
        '&:hover': { backgroundColor: 'action.hover' },
      })}
    >
      <Box sx={{ minWidth: 0, flex: 1 }}>
        <RouterLink
          to={`/stations/${station.id}`}
          sx={{ color: 'text.primary', fontSize: '0.875rem', '&::after': { content: '""', position: 'absolute', inset: 0 } }}
        >
          {station.identity}
        </RouterLink>
        <Typography variant="caption" color="textSecondary" noWrap component="div" sx={{ lineHeight: 1.3 }}>
          {errorCode !== undefined && errorCode !== 'NoError' ? `${errorCode} · ` : ''}
          {station.site.name}
        </Typography>
      </Box>
      <Typography variant="caption" color="textSecondary" sx={{ flexShrink: 0, fontVariantNumeric: 'tabular-nums' }}>
        {since !== null && <TimeAgo at={since} />}
      </Typography>
      <StatusChip status={STATUS[because]} />
    </Box>
  );
}

function Rows() {
  return Array.from({ length: MOST }, (_, index) => (
    <Box
      key={index}
      sx={({ vars }) => ({
        px: 2.5,
        height: 46,
        display: 'grid',
        alignContent: 'center',
        borderBlockStart: `1px solid ${vars?.palette.divider}`,
      })}
    >
      <Skeleton width={`${55 + ((index * 11) % 30)}%`} />
    </Box>
  ));
}
