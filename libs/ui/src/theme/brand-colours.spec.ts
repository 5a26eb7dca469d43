import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AMPLINE_LOOK, shades, SURFACES } from './brand-colours.js';
import { contrast, parseHex, TEXT_CONTRAST, toHex, UI_CONTRAST, type Rgb } from './colour.js';
import { STATUS_COLOURS } from './status-colours.js';

const rgb = (hex: string) => parseHex(hex) as Rgb;
const ratio = (one: string, other: string) => contrast(rgb(one), rgb(other));
const channel = fc.integer({ min: 0, max: 255 });
const anyColour = fc.record({ r: channel, g: channel, b: channel }).map(toHex);
const SCHEMES = ['light', 'dark'] as const;

describe('colours of a brand', () => {
  it.each(SCHEMES)('can be read whatever the brand chose: %s', (scheme) => {
    const { page, paper, sunken } = SURFACES[scheme];
    fc.assert(
      fc.property(anyColour, (colour) => {
        const made = shades(colour, scheme);
        for (const ground of [page, paper, sunken]) {
          expect(ratio(made.main, ground)).toBeGreaterThanOrEqual(UI_CONTRAST);
          expect(ratio(made.text, ground)).toBeGreaterThanOrEqual(TEXT_CONTRAST);
        }
        expect(ratio(made.text, made.soft)).toBeGreaterThanOrEqual(TEXT_CONTRAST);
        expect(ratio(made.contrastText, made.main)).toBeGreaterThanOrEqual(TEXT_CONTRAST);
        expect(ratio(made.contrastText, made.strong)).toBeGreaterThanOrEqual(TEXT_CONTRAST);
      }),
      { numRuns: 2000 },
    );
  });

  it('leaves a colour alone that is good as it is', () => {
    expect(shades(AMPLINE_LOOK.primaryColor, 'light').main).toBe(AMPLINE_LOOK.primaryColor);
  });

  it('takes the own colour for a text that is none', () => {
    expect(shades('no colour', 'dark')).toEqual(shades(AMPLINE_LOOK.primaryColor, 'dark'));
  });
});

describe.each(SCHEMES)('surfaces: %s', (scheme) => {
  const { page, paper, sunken, text, textSecondary, outline } = SURFACES[scheme];
  it.each([page, paper, sunken])('text and edges can be told from %s', (ground) => {
    expect(ratio(text, ground)).toBeGreaterThanOrEqual(TEXT_CONTRAST);
    expect(ratio(textSecondary, ground)).toBeGreaterThanOrEqual(TEXT_CONTRAST);
    expect(ratio(outline, ground)).toBeGreaterThanOrEqual(UI_CONTRAST);
  });

  it.each(Object.entries(STATUS_COLOURS[scheme]))(
    'status %s can be read on its ground and on paper',
    (_name, { text: ink, soft, mark }) => {
      expect(ratio(ink, soft)).toBeGreaterThanOrEqual(TEXT_CONTRAST);
      expect(ratio(ink, paper)).toBeGreaterThanOrEqual(TEXT_CONTRAST);
      expect(ratio(mark, paper)).toBeGreaterThanOrEqual(UI_CONTRAST);
      expect(ratio(mark, soft)).toBeGreaterThanOrEqual(UI_CONTRAST);
    },
  );
});
