import Box from '@mui/material/Box';
import { MONO } from '../theme/theme.js';

/** Any JSON value, laid out for reading. */
export function JsonView({ value, label }: { value: unknown; label?: string }) {
  return <CodeBlock text={JSON.stringify(value, null, 2)} label={label} />;
}

/** Text to the letter. Long lines wrap, long texts scroll. */
export function CodeBlock({ text, label }: { text: string; label?: string | undefined }) {
  return (
    <Box
      component="pre"
      tabIndex={0}
      role={label === undefined ? undefined : 'region'}
      aria-label={label}
      sx={({ vars }) => ({
        m: 0,
        p: 1.5,
        maxHeight: 360,
        overflow: 'auto',
        fontFamily: MONO,
        fontSize: '0.8125rem',
        lineHeight: 1.55,
        whiteSpace: 'pre-wrap',
        overflowWrap: 'anywhere',
        borderRadius: 1,
        border: `1px solid ${vars?.palette.divider}`,
        backgroundColor: vars?.palette.surface.sunken,
      })}
    >
      {text}
    </Box>
  );
}
