import { shades, SURFACES } from './brand-colours.js';
import { contrast, parseHex, UI_CONTRAST } from './colour.js';

/** How a colour of a brand does in one scheme. */
export interface ContrastVerdict {
  /** Contrast of the colour as chosen against the page, 1 to 21. */
  ratio: number;
  /** The colour that pages use. */
  used: string;
  /** It is used as it was chosen. */
  kept: boolean;
}

/** Undefined for a text that is no colour. */
export function verdictOf(colour: string, scheme: 'light' | 'dark'): ContrastVerdict | undefined {
  const chosen = parseHex(colour);
  if (chosen === undefined) return undefined;
  const { page, paper, sunken } = SURFACES[scheme];
  const ratios = [page, paper, sunken].flatMap((ground) => {
    const parsed = parseHex(ground);
    return parsed === undefined ? [] : [contrast(chosen, parsed)];
  });
  const ratio = Math.min(...ratios);
  return { ratio, used: shades(colour, scheme).main, kept: ratio >= UI_CONTRAST };
}
