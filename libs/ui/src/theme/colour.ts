/** Colours as sRGB, and what WCAG 2.2 says about them. */

/** Channels are whole numbers, 0 to 255. */
export interface Rgb {
  r: number;
  g: number;
  b: number;
}

const HEX = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i;

/** Reads `#rgb` or `#rrggbb`; undefined for anything else. */
export function parseHex(text: string): Rgb | undefined {
  const digits = HEX.exec(text.trim())?.[1];
  if (digits === undefined) return undefined;
  const full = digits.length === 3 ? [...digits].map((digit) => digit + digit).join('') : digits;
  const value = Number.parseInt(full, 16);
  return { r: value >> 16, g: (value >> 8) & 0xff, b: value & 0xff };
}

/** As `#rrggbb`. */
export function toHex({ r, g, b }: Rgb): string {
  return `#${[r, g, b].map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}

/** Relative luminance, 0 (black) to 1 (white). */
function luminance({ r, g, b }: Rgb): number {
  const [red, green, blue] = [r, g, b].map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Contrast ratio, 1 to 21. */
export function contrast(one: Rgb, other: Rgb): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** `share` of `other`, the rest of `one`; 0 to 1. */
export function mix(one: Rgb, other: Rgb, share: number): Rgb {
  const channel = (a: number, b: number) => Math.round(a + (b - a) * share);
  return { r: channel(one.r, other.r), g: channel(one.g, other.g), b: channel(one.b, other.b) };
}

export const WHITE: Rgb = { r: 255, g: 255, b: 255 };
const BLACK: Rgb = { r: 0, g: 0, b: 0 };

/** What WCAG 2.2 asks of text, and of parts of controls and graphics. */
export const TEXT_CONTRAST = 4.5;
export const UI_CONTRAST = 3;

const STEPS = 100;

/**
 * The colour nearest to `colour` that stands out from every one of `grounds` by at least `ratio`: darkened or lightened only as far as
 * needed, towards whichever end suits the grounds.
 */
export function readableOn(colour: Rgb, grounds: readonly Rgb[], ratio: number): Rgb {
  const enough = (one: Rgb) => grounds.every((ground) => contrast(one, ground) >= ratio);
  const towards = Math.max(...grounds.map(luminance)) > 0.18 ? BLACK : WHITE;
  for (let step = 0; step <= STEPS; step += 1) {
    const tried = mix(colour, towards, step / STEPS);
    if (enough(tried)) return tried;
  }
  return towards;
}

/** Text on a filled surface of this colour: white where it can be read, else near-black. */
export function textOn(fill: Rgb): Rgb {
  const ink: Rgb = { r: 13, g: 20, b: 22 };
  if (contrast(WHITE, fill) >= TEXT_CONTRAST) return WHITE;
  return contrast(ink, fill) >= TEXT_CONTRAST ? ink : BLACK;
}
