import BarChartIcon from '@mui/icons-material/BarChart';
import TableRows from '@mui/icons-material/TableRows';
import Box from '@mui/material/Box';
import IconButton from '@mui/material/IconButton';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableHead from '@mui/material/TableHead';
import TableRow from '@mui/material/TableRow';
import Tooltip from '@mui/material/Tooltip';
import { useTheme } from '@mui/material/styles';
import { BarChart } from '@mui/x-charts/BarChart';
import { LineChart } from '@mui/x-charts/LineChart';
import { useState } from 'react';
import { useFormat } from '../../format/use-format.js';
import { useUiText } from '../../messages/ui-messages.js';

export interface TimePoint {
  /** ms since the epoch. */
  at: number;
  value: number | null;
}

interface TimeChartProps {
  /** Names the figure: “Power”. */
  label: string;
  /** What there is to see, in one sentence: read out in place of the picture. */
  description: string;
  points: readonly TimePoint[];
  /** A curve for what is measured, bars for what is summed. */
  kind: 'curve' | 'bars';
  format: (value: number | null) => string;
  timeZone?: string;
  height?: number;
}

/** A figure over time, as picture and as table. */
export function TimeChart({ label, description, points, kind, format, timeZone, height = 240 }: TimeChartProps) {
  const text = useUiText();
  const { clock } = useFormat();
  const [asTable, setAsTable] = useState(false);
  const toggle = text(asTable ? 'ui.chart.asChart' : 'ui.chart.asTable');
  const time = (at: number) => clock(new Date(at), timeZone);
  return (
    <Box sx={{ position: 'relative', height }}>
      <Tooltip title={toggle}>
        <IconButton
          size="small"
          onClick={() => setAsTable(!asTable)}
          aria-label={toggle}
          sx={{ position: 'absolute', insetInlineEnd: -6, insetBlockStart: -34, zIndex: 1 }}
        >
          {asTable ? <BarChartIcon fontSize="small" /> : <TableRows fontSize="small" />}
        </IconButton>
      </Tooltip>
      {asTable ? (
        <Box sx={{ height, overflow: 'auto' }} tabIndex={0} role="region" aria-label={label}>
          <Table size="small" stickyHeader aria-label={label}>
            <TableHead>
              <TableRow>
                <TableCell>{text('ui.chart.time')}</TableCell>
                <TableCell align="right">{label}</TableCell>
              </TableRow>
            </TableHead>
            <TableBody>
              {points.map(({ at, value }) => (
                <TableRow key={at}>
                  <TableCell>{time(at)}</TableCell>
                  <TableCell align="right">{format(value)}</TableCell>
                </TableRow>
              ))}
            </TableBody>
          </Table>
        </Box>
      ) : (
        <Box role="img" aria-label={description} sx={{ height }}>
          <Picture label={label} points={points} kind={kind} format={format} time={time} height={height} />
        </Box>
      )}
    </Box>
  );
}

type PictureProps = Pick<TimeChartProps, 'label' | 'points' | 'kind' | 'format'> & { time: (at: number) => string; height: number };

function Picture({ label, points, kind, format, time, height }: PictureProps) {
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
  const yAxis = [{ width: 64, valueFormatter: (value: number) => format(value), disableLine: true, disableTicks: true, min: 0 }];
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
            tickLabelInterval: (_value, index) => index % 3 === 0,
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
        },
      ]}
      yAxis={yAxis}
      series={[{ data: values, label, valueFormatter: format, area: true, showMark: false, curve: 'monotoneX', connectNulls: true }]}
    />
  );
}
