import Bolt from '@mui/icons-material/BoltOutlined';
import CloudOff from '@mui/icons-material/CloudOffOutlined';
import BatteryCharging from '@mui/icons-material/BatteryChargingFullOutlined';
import EvStation from '@mui/icons-material/EvStationOutlined';
import FactCheck from '@mui/icons-material/FactCheckOutlined';
import HourglassEmpty from '@mui/icons-material/HourglassEmpty';
import WarningAmber from '@mui/icons-material/WarningAmber';
import Box from '@mui/material/Box';
import { useQuery } from '@apollo/client/react';
import { StatTile, useFormat } from '@ampline/ui';
import {
  OpenIssuesDocument,
  type OverviewCountsQuery,
  type OverviewEnergyQuery,
  type OverviewPowerQuery,
} from '../../generated/graphql.js';
import { useText } from '../../messages.js';

interface KeyFiguresProps {
  counts: OverviewCountsQuery['stationCounts'] | undefined;
  power: OverviewPowerQuery['sessions'] | undefined;
  today: OverviewEnergyQuery['today'] | undefined;
}

/** The figures that say whether all is well, each leading to what is behind it. */
export function KeyFigures({ counts, power, today }: KeyFiguresProps) {
  const text = useText();
  const format = useFormat();
  const issues = useQuery(OpenIssuesDocument).data?.intakeIssueCounts.reduce((sum, { open }) => sum + open, 0);
  const figure = (value: number | undefined) => (value === undefined ? undefined : format.integer(value));
  const offline = counts && counts.stations - counts.online;
  const charging = power?.nodes.length;
  const watts = power?.nodes.reduce((sum, { powerW }) => sum + (powerW ?? 0), 0);
  const more = power?.pageInfo.hasNextPage === true ? '+' : '';
  return (
    <Box sx={{ display: 'grid', gap: 1.5, gridTemplateColumns: { xs: '1fr 1fr', sm: 'repeat(4, 1fr)' } }}>
      <StatTile
        label={text('overview.online')}
        value={figure(counts?.online)}
        icon={<EvStation />}
        tone="ok"
        hint={counts && text('overview.ofStations', { count: counts.stations })}
        to="/stations?online=true"
      />
      <StatTile
        label={text('overview.offline')}
        value={figure(offline)}
        icon={<CloudOff />}
        tone={offline ? 'bad' : 'idle'}
        hint={counts && text('overview.share', { share: format.percent((100 * (offline ?? 0)) / counts.stations) })}
        to="/stations?online=false"
      />
      <StatTile
        label={text('overview.faulted')}
        value={figure(counts?.faulted)}
        icon={<WarningAmber />}
        tone={counts?.faulted ? 'bad' : 'idle'}
        hint={text('overview.faultedHint')}
        to="/stations?status=FAULTED&online=true"
      />
      <StatTile
        label={text('overview.pending')}
        value={figure(counts?.pending)}
        icon={<HourglassEmpty />}
        tone={counts?.pending ? 'notice' : 'idle'}
        hint={text('overview.pendingHint')}
        to="/stations?registration=PENDING"
      />
      <StatTile
        label={text('overview.live')}
        value={charging === undefined ? undefined : `${format.integer(charging)}${more}`}
        icon={<Bolt />}
        tone={charging ? 'active' : 'idle'}
        hint={text('overview.liveHint')}
        to="/sessions?status=ACTIVE"
      />
      <StatTile
        label={text('overview.power')}
        value={watts === undefined ? undefined : `${format.power(watts)}${more}`}
        icon={<Bolt />}
        tone="active"
        hint={text('overview.powerHint')}
      />
      <StatTile
        label={text('overview.energy')}
        value={today && format.energy(today.energyWh)}
        icon={<BatteryCharging />}
        tone="ok"
        hint={today && text('overview.sessionsToday', { count: today.sessions })}
        to="/sessions"
      />
      <StatTile
        label={text('overview.issues')}
        value={figure(issues)}
        icon={<FactCheck />}
        tone={issues ? 'notice' : 'idle'}
        hint={text(issues === 0 ? 'overview.noIssues' : 'overview.issuesHint')}
        to="/issues"
      />
    </Box>
  );
}
