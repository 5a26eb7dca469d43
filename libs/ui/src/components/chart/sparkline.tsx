import Box from '@mui/material/Box';
import { useId } from 'react';

const WIDTH = 100;
const HEIGHT = 28;

/** The course of a figure at a glance. `label` says it in words. */
export function Sparkline({ values, label, height = HEIGHT }: { values: readonly number[]; label: string; height?: number }) {
  const id = useId();
  const most = Math.max(...values, 1);
  const step = WIDTH / Math.max(values.length - 1, 1);
  const points = values.map((value, index) => `${(index * step).toFixed(2)},${(HEIGHT - 2 - (value / most) * (HEIGHT - 4)).toFixed(2)}`);
  return (
    <Box
      component="svg"
      role="img"
      aria-labelledby={id}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      sx={({ vars }) => ({ display: 'block', width: '100%', height, color: vars?.palette.primary.main })}
    >
      <title id={id}>{label}</title>
      {points.length > 1 && (
        <>
          <polygon points={`0,${HEIGHT} ${points.join(' ')} ${WIDTH},${HEIGHT}`} fill="currentColor" opacity={0.12} />
          <polyline points={points.join(' ')} fill="none" stroke="currentColor" strokeWidth={1.5} vectorEffect="non-scaling-stroke" />
        </>
      )}
    </Box>
  );
}
