import { useTheme } from '@mui/material/styles';
import { BarChart } from '@mui/x-charts/BarChart';
import { LineChart } from '@mui/x-charts/LineChart';
import type { TimeChartProps } from './time-chart.js';

type PictureProps = Pick<TimeChartProps, 'label' | 'points' | 'kind' | 'format'> & { time: (at: number) => string; height: number };

/** The drawing of a `TimeChart`. */
export function TimePicture({ label, points, kind, format, time, height }: PictureProps) {
  const theme = useTheme();
  const colour = theme.vars?.palette.primary.main ?? theme.palette.primary.main;
  const values = points.map(({ value }) => value);
  const times = points.map(({ at }) => at);
  const common = {
    height,
    colors: [colour],
    hideLegend: true,
    skipAnimation: true,
    margin: { top: 8, right: 4, bottom: 0, left: 0 },
    grid: { horizontal: true },
    sx: {
      '& .MuiChartsGrid-line': { stroke: theme.vars?.palette.divider },
      '& .MuiChartsAxis-line, & .MuiChartsAxis-tick': { stroke: theme.vars?.palette.divider },
      '& .MuiChartsAxis-tickLabel': { fill: `${theme.vars?.palette.text.secondary} !important`, fontSize: '12px !important' },
      '& .MuiLineElement-root, & .MuiLineChart-line': { strokeWidth: 2 },
      '& .MuiAreaElement-root, & .MuiLineChart-area': { fillOpacity: 0.12 },
    },
  } as const;
  const yAxis = [{ width: 78, valueFormatter: (value: number) => format(value), disableLine: true, disableTicks: true, min: 0 }];
  if (kind === 'bars') {
    return (
      <BarChart
        {...common}
        borderRadius={3}
        xAxis={[
          {
            data: times,
            scaleType: 'band',
            valueFormatter: time,
            height: 24,
            disableTicks: true,
            categoryGapRatio: 0.3,
            // As many labels as there is room for: fewer on a phone.
            tickLabelInterval: 'auto',
            tickLabelMinGap: 16,
          },
        ]}
        yAxis={yAxis}
        series={[{ data: values, label, valueFormatter: format }]}
      />
    );
  }
  return (
    <LineChart
      {...common}
      xAxis={[
        {
          data: times,
          scaleType: 'time',
          valueFormatter: (at: number | Date) => time(Number(at)),
          height: 24,
          disableTicks: true,
          tickNumber: 6,
          // Labels are minutes.
          tickMinStep: 60_000,
        },
      ]}
      yAxis={yAxis}
      series={[{ data: values, label, valueFormatter: format, area: true, showMark: false, curve: 'monotoneX', connectNulls: true }]}
    />
  );
}
