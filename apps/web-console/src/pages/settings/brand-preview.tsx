import CheckCircle from '@mui/icons-material/CheckCircle';
import Tune from '@mui/icons-material/TuneOutlined';
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { Section, shades, SURFACES, useLocale, verdictOf } from '@ampline/ui';
import { useText } from '../../messages.js';

interface BrandPreviewProps {
  name: string;
  primary: string;
  accent: string;
}

const SCHEMES = ['light', 'dark'] as const;

/** How pages will look, in both schemes, and what becomes of the colours. */
export function BrandPreview({ name, primary, accent }: BrandPreviewProps) {
  const text = useText();
  const { locale } = useLocale();
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const colours = [
    [text('brand.primary'), primary],
    [text('brand.accent'), accent],
  ] as const;
  return (
    <Section title={text('brand.preview')}>
      <Box sx={{ display: 'grid', gap: 2 }}>
        {SCHEMES.map((scheme) => (
          <Sample key={scheme} scheme={scheme} name={name} primary={primary} accent={accent} />
        ))}
        <Typography variant="subtitle2" component="h3">
          {text('brand.contrast')}
        </Typography>
        <Box component="ul" sx={{ listStyle: 'none', m: 0, p: 0, display: 'grid', gap: 1 }} aria-live="polite">
          {colours.flatMap(([colour, value]) =>
            SCHEMES.map((scheme) => {
              const verdict = verdictOf(value, scheme);
              if (verdict === undefined) return null;
              const Icon = verdict.kept ? CheckCircle : Tune;
              return (
                <Box component="li" key={`${colour}-${scheme}`} sx={{ display: 'flex', gap: 1, alignItems: 'flex-start' }}>
                  <Icon sx={({ vars }) => ({ fontSize: 18, mt: '1px', color: vars?.palette.tone[verdict.kept ? 'ok' : 'notice'].mark })} />
                  <Typography variant="caption">
                    {text(`brand.preview.${scheme}`)}:{' '}
                    {text(verdict.kept ? 'brand.contrast.good' : 'brand.contrast.mended', {
                      colour,
                      used: verdict.used,
                      ratio: number.format(verdict.ratio),
                    })}
                  </Typography>
                </Box>
              );
            }),
          )}
        </Box>
      </Box>
    </Section>
  );
}

function Sample({ scheme, name, primary, accent }: BrandPreviewProps & { scheme: 'light' | 'dark' }) {
  const text = useText();
  const surface = SURFACES[scheme];
  const main = shades(primary, scheme);
  const second = shades(accent, scheme);
  return (
    <Box
      aria-hidden
      sx={{
        display: 'grid',
        gap: 1.25,
        p: 2,
        borderRadius: 1.5,
        border: `1px solid ${surface.divider}`,
        backgroundColor: surface.page,
        color: surface.text,
        fontSize: '0.8125rem',
      }}
    >
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 1, fontWeight: 650 }}>
        <Box
          sx={{
            width: 26,
            height: 26,
            borderRadius: '8px',
            display: 'grid',
            placeItems: 'center',
            backgroundColor: main.main,
            color: main.contrastText,
          }}
        >
          {name.slice(0, 1).toUpperCase()}
        </Box>
        {name}
      </Box>
      <Box sx={{ display: 'flex', alignItems: 'center', flexWrap: 'wrap', gap: 1.5 }}>
        <Box sx={{ px: 1.25, py: 0.5, borderRadius: 1, fontWeight: 600, color: main.text, backgroundColor: main.soft }}>
          {text('brand.preview.nav')}
        </Box>
        <Box sx={{ px: 1.5, py: 0.75, borderRadius: 1, fontWeight: 580, color: main.contrastText, backgroundColor: main.main }}>
          {text('brand.preview.button')}
        </Box>
        <Box sx={{ fontWeight: 550, color: main.text }}>{text('brand.preview.link')}</Box>
        <Box sx={{ flex: 1, minWidth: 40, height: 8, borderRadius: 4, backgroundColor: second.main }} />
      </Box>
    </Box>
  );
}
