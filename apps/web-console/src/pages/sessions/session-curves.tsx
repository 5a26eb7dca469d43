import ShowChart from '@mui/icons-material/ShowChartOutlined';
import Box from '@mui/material/Box';
import Skeleton from '@mui/material/Skeleton';
import { EmptyState, ErrorState, Section, TimeChart, useFormat } from '@ampline/ui';
import { useMemo } from 'react';
import type { SessionFactsFragment } from '../../generated/graphql.js';
import { useText } from '../../messages.js';
import { energyCurve, powerCurve, thinned, type Point } from './curves.js';
import type { Readings } from './use-readings.js';

const HEIGHT = 240;
const MOST_POINTS = 600;

/** Power and energy of a session over time. */
export function SessionCurves({ session, read }: { session: SessionFactsFragment; read: Readings }) {
  const text = useText();
  const format = useFormat();
  const { meterStartWh, timeZone } = session;
  const { readings, error, reload } = read;
  const power = useMemo(() => readings && thinned(powerCurve(readings), MOST_POINTS), [readings]);
  const energy = useMemo(() => readings && thinned(energyCurve(readings, meterStartWh), MOST_POINTS), [meterStartWh, readings]);
  const roundEnergy = (wh: number | null) => text('session.roundEnergy', { kwh: (wh ?? 0) / 1_000 });
  const failed = readings === undefined ? error : undefined;
  const ends = (points: readonly Point[]) => ({
    from: format.clock(new Date(points[0]?.at ?? 0), timeZone),
    to: format.clock(new Date(points.at(-1)?.at ?? 0), timeZone),
  });
  const curve = (
    label: string,
    points: readonly Point[] | null | undefined,
    describe: (points: readonly Point[]) => string,
    value: (value: number | null) => string,
  ) => (
    <Section title={label}>
      {failed !== undefined && <ErrorState error={failed} onRetry={reload} />}
      {failed === undefined && points === undefined && <Skeleton variant="rounded" height={HEIGHT} />}
      {points === null && <EmptyState icon={<ShowChart />} title={text('session.readingsAway')} />}
      {points?.length === 0 && (
        <EmptyState icon={<ShowChart />} title={text('session.noReadings')}>
          {text('session.noReadingsHint')}
        </EmptyState>
      )}
      {points && points.length > 0 && (
        <TimeChart
          label={label}
          description={describe(points)}
          points={points}
          kind="curve"
          format={value}
          timeZone={timeZone}
          height={HEIGHT}
        />
      )}
    </Section>
  );

  return (
    <Box sx={{ display: 'grid', gap: 2, gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'repeat(2, minmax(0, 1fr))' } }}>
      {curve(
        text('session.powerCurve'),
        power,
        (points) => text('session.powerCurveText', { ...ends(points), most: format.power(Math.max(...points.map(({ value }) => value))) }),
        format.power,
      )}
      {curve(
        text('session.registerCurve'),
        energy,
        (points) => text('session.registerCurveText', { ...ends(points), energy: format.energy(points.at(-1)?.value) }),
        roundEnergy,
      )}
    </Box>
  );
}
