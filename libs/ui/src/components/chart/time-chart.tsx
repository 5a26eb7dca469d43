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
import Skeleton from '@mui/material/Skeleton';
import { lazy, Suspense, useState } from 'react';
import { useFormat } from '../../format/use-format.js';
import { useUiText } from '../../messages/ui-messages.js';

/** Comes when the first chart is shown: drawing is the largest part of the console. */
const Picture = lazy(async () => ({ default: (await import('./time-picture.js')).TimePicture }));

export interface TimePoint {
  /** ms since the epoch. */
  at: number;
  value: number | null;
}

export interface TimeChartProps {
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
  const { clock, tick } = useFormat();
  const [asTable, setAsTable] = useState(false);
  const toggle = text(asTable ? 'ui.chart.asChart' : 'ui.chart.asTable');
  const time = (at: number) => tick(new Date(at), timeZone);
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
                  <TableCell>{clock(new Date(at), timeZone)}</TableCell>
                  <TableCell align="right">{format(value)}</TableCell>
                </TableRow>
              ))}
            </TableBody>
          </Table>
        </Box>
      ) : (
        <Box role="img" aria-label={description} sx={{ height }}>
          <Suspense fallback={<Skeleton variant="rounded" height={height - 24} />}>
            <Picture label={label} points={points} kind={kind} format={format} time={time} height={height} />
          </Suspense>
        </Box>
      )}
    </Box>
  );
}
