import { createTheme, type Theme } from '@mui/material/styles';
import { shades, SURFACES, type BrandLook } from './brand-colours.js';
import { STATUS_COLOURS, type Tone, type ToneColours } from './status-colours.js';

declare module '@mui/material/styles' {
  interface PaletteColor {
    /** Of this colour, to be read on any surface. */
    text: string;
    /** A quiet ground for what is chosen. */
    soft: string;
  }
  interface SimplePaletteColorOptions {
    text?: string;
    soft?: string;
  }
  interface Palette {
    tone: Record<Tone, ToneColours>;
    surface: { sunken: string; outline: string };
  }
  interface PaletteOptions {
    tone?: Record<Tone, ToneColours>;
    surface?: { sunken: string; outline: string };
  }
  interface TypographyVariants {
    figure: React.CSSProperties;
  }
  interface TypographyVariantsOptions {
    figure?: React.CSSProperties;
  }
}
declare module '@mui/material/Typography' {
  interface TypographyPropsVariantOverrides {
    /** Large figures: tabular, tight. */
    figure: true;
  }
}

const SANS = '"Inter Variable", system-ui, -apple-system, "Segoe UI", sans-serif';
/** For identifiers and frames. */
export const MONO = 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace';

/** Height of the bar on top of every page, px. */
export const TOP_BAR_HEIGHT = 56;

function paletteOf(brand: BrandLook, scheme: 'light' | 'dark') {
  const primary = shades(brand.primaryColor, scheme);
  const accent = shades(brand.accentColor, scheme);
  const surfaces = SURFACES[scheme];
  const tone = STATUS_COLOURS[scheme];
  const paletteColor = (made: typeof primary) => ({ ...made, dark: made.strong, light: made.soft });
  const toneColor = (of: Tone) => {
    const { main, strong, contrastText } = shades(tone[of].mark, scheme);
    return { main, dark: strong, light: tone[of].soft, contrastText, text: tone[of].text, soft: tone[of].soft };
  };
  return {
    primary: paletteColor(primary),
    secondary: paletteColor(accent),
    error: toneColor('bad'),
    warning: toneColor('notice'),
    info: toneColor('active'),
    success: toneColor('ok'),
    background: { default: surfaces.page, paper: surfaces.paper },
    text: { primary: surfaces.text, secondary: surfaces.textSecondary },
    divider: surfaces.divider,
    surface: { sunken: surfaces.sunken, outline: surfaces.outline },
    tone,
    action: { hover: scheme === 'light' ? 'rgba(19, 26, 28, 0.045)' : 'rgba(232, 236, 237, 0.06)' },
  };
}

/** The look of every page, in the colours of a brand. */
export function createBrandTheme(brand: BrandLook): Theme {
  const theme = createTheme({
    cssVariables: { colorSchemeSelector: 'data-scheme', cssVarPrefix: 'amp' },
    colorSchemes: { light: { palette: paletteOf(brand, 'light') }, dark: { palette: paletteOf(brand, 'dark') } },
    shape: { borderRadius: 8 },
    spacing: 8,
    typography: {
      fontFamily: SANS,
      fontSize: 14,
      h1: { fontSize: '1.5rem', lineHeight: 1.3, fontWeight: 650, letterSpacing: '-0.018em' },
      h2: { fontSize: '1.0625rem', lineHeight: 1.4, fontWeight: 620, letterSpacing: '-0.01em' },
      h3: { fontSize: '0.9375rem', lineHeight: 1.4, fontWeight: 620, letterSpacing: '-0.005em' },
      subtitle1: { fontSize: '0.9375rem', lineHeight: 1.5, fontWeight: 550 },
      subtitle2: { fontSize: '0.8125rem', lineHeight: 1.45, fontWeight: 600 },
      body1: { fontSize: '0.9375rem', lineHeight: 1.55 },
      body2: { fontSize: '0.875rem', lineHeight: 1.5 },
      caption: { fontSize: '0.8125rem', lineHeight: 1.45 },
      overline: { fontSize: '0.75rem', lineHeight: 1.4, fontWeight: 600, letterSpacing: '0.02em', textTransform: 'none' },
      button: { textTransform: 'none', fontWeight: 580, letterSpacing: 0 },
      figure: {
        fontFamily: SANS,
        fontSize: '1.75rem',
        lineHeight: 1.2,
        fontWeight: 600,
        letterSpacing: '-0.025em',
        fontVariantNumeric: 'tabular-nums',
      },
    },
    components: {
      MuiCssBaseline: {
        styleOverrides: {
          // Always there: nothing moves when a page grows beyond the window.
          html: { overflowY: 'scroll', WebkitFontSmoothing: 'antialiased' },
          body: { fontFeatureSettings: '"cv11", "ss03"' },
          'h1:focus': { outline: 'none' },
          '@media (prefers-reduced-motion: reduce)': {
            '*, *::before, *::after': {
              animationDuration: '0.01ms !important',
              animationIterationCount: '1 !important',
              transitionDuration: '0.01ms !important',
              scrollBehavior: 'auto !important',
            },
          },
        },
      },
      MuiButtonBase: {
        defaultProps: { disableRipple: true },
        styleOverrides: {
          root: ({ theme: t }) => ({
            '&.Mui-focusVisible': { outline: `2px solid ${t.vars?.palette.primary.text}`, outlineOffset: 2 },
          }),
        },
      },
      MuiButton: {
        defaultProps: { disableElevation: true },
        styleOverrides: {
          root: { borderRadius: 8, whiteSpace: 'nowrap' },
          text: ({ theme: t, ownerState }) => readable(t, ownerState.color),
          outlined: ({ theme: t, ownerState }) => ({
            ...readable(t, ownerState.color),
            borderColor: t.vars?.palette.surface.outline,
          }),
        },
      },
      MuiPaper: {
        defaultProps: { elevation: 0 },
        styleOverrides: {
          root: { backgroundImage: 'none' },
          outlined: ({ theme: t }) => ({ borderColor: t.vars?.palette.divider, borderRadius: 12 }),
        },
      },
      MuiAppBar: { defaultProps: { elevation: 0, color: 'transparent' } },
      MuiLink: {
        defaultProps: { underline: 'hover' },
        styleOverrides: { root: ({ theme: t }) => ({ color: t.vars?.palette.primary.text, fontWeight: 550 }) },
      },
      MuiTabs: {
        styleOverrides: {
          root: ({ theme: t }) => ({ minHeight: 42, borderBottom: `1px solid ${t.vars?.palette.divider}` }),
          indicator: { height: 2, borderRadius: 2 },
        },
      },
      MuiTab: {
        styleOverrides: {
          root: ({ theme: t }) => ({
            minHeight: 42,
            minWidth: 0,
            padding: '8px 2px',
            marginRight: 20,
            fontSize: '0.875rem',
            '&.Mui-selected': { color: t.vars?.palette.text.primary },
          }),
        },
      },
      MuiTextField: { defaultProps: { size: 'small' } },
      MuiSelect: { defaultProps: { size: 'small' } },
      MuiOutlinedInput: {
        styleOverrides: {
          root: ({ theme: t }) => ({
            minHeight: 40,
            // The gap in the edge follows the size of the label.
            fontSize: '0.875rem',
            backgroundColor: t.vars?.palette.background.paper,
            '& .MuiOutlinedInput-notchedOutline': { borderColor: t.vars?.palette.surface.outline },
          }),
        },
      },
      MuiInputLabel: {
        styleOverrides: { root: ({ theme: t }) => ({ fontSize: '0.875rem', '&.Mui-focused': { color: t.vars?.palette.primary.text } }) },
      },
      MuiMenu: { styleOverrides: { paper: ({ theme: t }) => floating(t) } },
      MuiMenuItem: { styleOverrides: { root: { fontSize: '0.875rem', borderRadius: 6, margin: '0 6px', padding: '7px 10px' } } },
      MuiPopover: { styleOverrides: { paper: ({ theme: t }) => floating(t) } },
      MuiDialog: { styleOverrides: { paper: ({ theme: t }) => ({ ...floating(t), borderRadius: 14 }) } },
      MuiDialogTitle: { defaultProps: { variant: 'h2' }, styleOverrides: { root: { padding: '20px 24px 8px' } } },
      MuiDialogActions: { styleOverrides: { root: { padding: '12px 24px 20px' } } },
      MuiTooltip: {
        defaultProps: { arrow: false, enterDelay: 300 },
        styleOverrides: {
          tooltip: ({ theme: t }) => ({
            fontSize: '0.8125rem',
            fontWeight: 450,
            backgroundColor: t.vars?.palette.text.primary,
            color: t.vars?.palette.background.paper,
          }),
        },
      },
      MuiTableCell: {
        styleOverrides: {
          root: ({ theme: t }) => ({
            borderColor: t.vars?.palette.divider,
            padding: '9px 14px',
            fontSize: '0.875rem',
            fontVariantNumeric: 'tabular-nums',
          }),
          head: ({ theme: t }) => ({
            fontSize: '0.8125rem',
            fontWeight: 580,
            color: t.vars?.palette.text.secondary,
            backgroundColor: t.vars?.palette.background.paper,
          }),
        },
      },
      MuiSkeleton: { defaultProps: { animation: 'pulse' } },
      MuiAlert: { defaultProps: { variant: 'outlined' }, styleOverrides: { root: { borderRadius: 10, fontSize: '0.875rem' } } },
    },
  });
  return theme;
}

/** Words of a colour that fills only need 3:1 for. */
function readable(theme: Theme, color: string | undefined) {
  const palette = theme.vars?.palette;
  if (color === 'inherit' || palette === undefined) return {};
  const of = color === 'error' ? palette.error : color === 'secondary' ? palette.secondary : palette.primary;
  return { color: of.text };
}

function floating(theme: Theme) {
  return {
    border: `1px solid ${theme.vars?.palette.divider}`,
    borderRadius: 10,
    boxShadow: '0 2px 4px rgba(9, 17, 20, 0.06), 0 12px 32px rgba(9, 17, 20, 0.16)',
    backgroundImage: 'none',
  };
}
