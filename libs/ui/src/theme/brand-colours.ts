import { mix, parseHex, readableOn, textOn, TEXT_CONTRAST, toHex, UI_CONTRAST, WHITE, type Rgb } from './colour.js';

/** What a page needs of a brand to wear it. */
export interface BrandLook {
  name: string;
  /** `#rrggbb`. */
  primaryColor: string;
  accentColor: string;
  logoUrl?: string | null;
}

/** The brand of whoever has none. */
export const AMPLINE_LOOK: BrandLook = { name: 'Ampline', primaryColor: '#0b6b53', accentColor: '#3b5bdb' };

/** Surfaces of a scheme, from the page to what lies on it. */
export interface Surfaces {
  page: string;
  paper: string;
  sunken: string;
  text: string;
  textSecondary: string;
  divider: string;
  /** Edges of controls: told apart from every surface. */
  outline: string;
}

export const SURFACES: Readonly<Record<'light' | 'dark', Surfaces>> = {
  light: {
    page: '#f6f7f7',
    paper: '#ffffff',
    sunken: '#eef0f1',
    text: '#131a1c',
    textSecondary: '#525e63',
    divider: '#e1e5e6',
    outline: '#7d888d',
  },
  dark: {
    page: '#0e1314',
    paper: '#161d1f',
    sunken: '#1e2729',
    text: '#e8eced',
    textSecondary: '#a3afb3',
    divider: '#2a3436',
    outline: '#727e83',
  },
};

/** One colour of a brand in one scheme. */
export interface Shades {
  /** Fills: buttons, bars of charts. At least 3:1 against every surface. */
  main: string;
  /** Under the pointer. */
  strong: string;
  /** Text on `main`: at least 4.5:1. */
  contrastText: string;
  /** Links and marked words: at least 4.5:1 on every surface. */
  text: string;
  /** A quiet ground for what is chosen; `text` can be read on it. */
  soft: string;
}

/** Usable shades of any colour; a text that is no colour counts as the fallback. */
export function shades(colour: string, scheme: 'light' | 'dark', fallback = AMPLINE_LOOK.primaryColor): Shades {
  const wanted = parseHex(colour) ?? rgb(fallback);
  const { page, paper, sunken } = SURFACES[scheme];
  const grounds = [page, paper, sunken].map(rgb);
  const main = readableOn(wanted, grounds, UI_CONTRAST);
  const soft = mix(rgb(paper), main, scheme === 'light' ? 0.1 : 0.2);
  return {
    main: toHex(main),
    strong: toHex(stronger(main)),
    contrastText: toHex(textOn(main)),
    text: toHex(readableOn(main, [...grounds, soft], TEXT_CONTRAST)),
    soft: toHex(soft),
  };
}

/** A step away from the text that stands on it, so that the text stays readable. */
function stronger(main: Rgb): Rgb {
  return textOn(main) === WHITE ? mix(main, { r: 0, g: 0, b: 0 }, 0.15) : mix(main, WHITE, 0.15);
}

function rgb(hex: string): Rgb {
  const parsed = parseHex(hex);
  if (parsed === undefined) throw new TypeError(`not a colour: ${hex}`);
  return parsed;
}
