import Box from '@mui/material/Box';
import Skeleton from '@mui/material/Skeleton';
import Tooltip from '@mui/material/Tooltip';
import { Link } from 'react-router';
import { useFormat } from '../../format/use-format.js';
import { useUiText } from '../../messages/ui-messages.js';
import { StatusIcon, toneOf, type Status } from '../status-chip.js';

/** How many are in one state. */
export interface Share {
  status: Status;
  count: number;
  /** Where they are. */
  to?: string;
}

interface ShareBarProps {
  /** Names the whole. */
  label: string;
  /** In the order in which they stand; undefined while they are not known yet. */
  shares: readonly Share[] | undefined;
  /** The bar alone, without its legend. */
  compact?: boolean;
}

/** How a whole divides into states: a bar, and a legend that says it in words and shapes. */
export function ShareBar({ label, shares, compact = false }: ShareBarProps) {
  const text = useUiText();
  const format = useFormat();
  const height = compact ? 8 : 14;
  const minHeight = compact ? height : { xs: 100, sm: 46 };
  if (shares === undefined) {
    return (
      <Box sx={{ minHeight }}>
        <Skeleton variant="rounded" height={height} />
      </Box>
    );
  }
  const shown = shares.filter(({ count }) => count > 0);
  const words = shown.map(({ status, count }) => `${text(`ui.status.${status}`)} ${format.integer(count)}`).join(', ');
  return (
    <Box sx={{ minHeight }}>
      <Box
        role="img"
        aria-label={`${label}: ${words || format.integer(0)}`}
        sx={({ vars }) => ({
          display: 'flex',
          gap: '2px',
          height,
          borderRadius: 99,
          overflow: 'hidden',
          backgroundColor: vars?.palette.surface.sunken,
        })}
      >
        {shown.map(({ status, count }, index) => (
          <Tooltip key={status} title={`${text(`ui.status.${status}`)}: ${format.integer(count)}`}>
            <Box
              aria-hidden
              sx={({ vars }) => ({
                flex: `${count} 1 0`,
                minWidth: 4,
                backgroundColor: vars?.palette.tone[toneOf(status)].mark,
                // Neighbours of one meaning are told apart by strength as well.
                opacity: index > 0 && toneOf(status) === toneOf((shown[index - 1] as Share).status) ? 0.6 : 1,
              })}
            />
          </Tooltip>
        ))}
      </Box>
      {!compact && (
        <Box component="ul" sx={{ listStyle: 'none', m: 0, mt: 1.5, p: 0, display: 'flex', flexWrap: 'wrap', gap: '6px 20px' }}>
          {shown.map((share) => (
            <li key={share.status}>
              <LegendEntry {...share} />
            </li>
          ))}
        </Box>
      )}
    </Box>
  );
}

function LegendEntry({ status, count, to }: Share) {
  const text = useUiText();
  const format = useFormat();
  const look = { display: 'inline-flex', alignItems: 'center', gap: 0.75, fontSize: '0.8125rem', color: 'text.secondary' } as const;
  const content = (
    <>
      <StatusIcon status={status} />
      {text(`ui.status.${status}`)}
      <Box component="strong" sx={{ color: 'text.primary', fontWeight: 620, fontVariantNumeric: 'tabular-nums' }}>
        {format.integer(count)}
      </Box>
    </>
  );
  if (to === undefined) {
    return (
      <Box component="span" sx={look}>
        {content}
      </Box>
    );
  }
  return (
    <Box component={Link} to={to} sx={{ ...look, textDecoration: 'none', borderRadius: 0.5, '&:hover': { textDecoration: 'underline' } }}>
      {content}
    </Box>
  );
}
