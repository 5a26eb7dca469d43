import ToggleButton from '@mui/material/ToggleButton';
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup';
import Skeleton from '@mui/material/Skeleton';
import { ErrorState, Section, TimeChart, useFormat } from '@ampline/ui';
import { useState } from 'react';
import { useText } from '../../messages.js';
import { hoursOf } from './hours.js';
import type { Energy } from './use-energy.js';

const HEIGHT = 260;

/** Energy, or how many sessions, by the hour in which they began. */
export function EnergyByHour({ energy: { data, error, from, refetch } }: { energy: Energy }) {
  const text = useText();
  const format = useFormat();
  const [figure, setFigure] = useState<'energy' | 'sessions'>('energy');
  const hours = data && hoursOf(from, data.hours);
  const energyWh = hours?.reduce((sum, hour) => sum + hour.energyWh, 0);
  const sessions = hours?.reduce((sum, hour) => sum + hour.sessions, 0);
  return (
    <Section
      title={text('overview.hours')}
      hint={text('overview.hoursHint')}
      actions={
        <ToggleButtonGroup
          size="small"
          exclusive
          value={figure}
          onChange={(_event, next: typeof figure | null) => next !== null && setFigure(next)}
          aria-label={text('overview.figure')}
          sx={{ mr: 3.5, flexShrink: 0 }}
        >
          <ToggleButton value="energy" sx={{ py: 0.25 }}>
            {text('overview.figure.energy')}
          </ToggleButton>
          <ToggleButton value="sessions" sx={{ py: 0.25 }}>
            {text('overview.figure.sessions')}
          </ToggleButton>
        </ToggleButtonGroup>
      }
    >
      {hours === undefined && error === undefined && <Skeleton variant="rounded" height={HEIGHT} />}
      {hours === undefined && error !== undefined && <ErrorState error={error} onRetry={() => void refetch().catch(() => undefined)} />}
      {hours !== undefined && (
        <TimeChart
          label={text(figure === 'energy' ? 'overview.figure.energy' : 'overview.figure.sessions')}
          description={text('overview.hoursDescription', { energy: format.energy(energyWh), count: sessions })}
          points={hours.map((hour) => ({ at: hour.at, value: figure === 'energy' ? hour.energyWh : hour.sessions }))}
          kind="bars"
          format={figure === 'energy' ? format.energy : format.integer}
          height={HEIGHT}
        />
      )}
    </Section>
  );
}
