const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const MOST_BYTES = 256 * 1024;

export type LogoType = 'image/png' | 'image/svg+xml';

const isLogoType = (text: string): text is LogoType => text === 'image/png' || text === 'image/svg+xml';

/**
 * Elements of drawings. All others are refused: scripts, foreign objects, style sheets, animations that set attributes, links and images
 * from elsewhere.
 */
const DRAWN = new Set(
  'svg g defs symbol use title desc path rect circle ellipse line polyline polygon text tspan linearGradient radialGradient stop clipPath mask pattern'.split(
    ' ',
  ),
);
const PROLOGUE = /^\uFEFF?\s*(?:<\?xml\s[^<>?]*\?>)?\s*/;
const PIECE = /<!--(?:(?!--)[\s\S])*-->|<(\/?)([A-Za-z][\w:-]*)((?:\s+[\w:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*\/?>|[^<]+/gy;
const ATTRIBUTE = /([\w:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

/** The type of a logo that may be shown, or what is wrong with it. */
export function judgeLogo(contentType: string, content: Uint8Array): { fault: string } | { type: LogoType } {
  if (!isLogoType(contentType)) return { fault: 'the content type is neither image/png nor image/svg+xml' };
  if (content.length > MOST_BYTES) return { fault: `more than ${MOST_BYTES} bytes` };
  const fault = contentType === 'image/png' ? pngFault(content) : svgFault(content);
  return fault === undefined ? { type: contentType } : { fault };
}

function pngFault(content: Uint8Array): string | undefined {
  return PNG.equals(content.subarray(0, PNG.length)) ? undefined : 'not a PNG';
}

/** Read strictly: what this grammar does not know, a browser might run. */
function svgFault(content: Uint8Array): string | undefined {
  const text = decoded(content);
  if (text === undefined) return 'not UTF-8';
  const begin = PROLOGUE.exec(text)?.[0].length ?? 0;
  let elements = 0;
  for (PIECE.lastIndex = begin; PIECE.lastIndex < text.length;) {
    const piece = PIECE.exec(text);
    if (!piece) return 'not plain SVG';
    const [, closing, name, attributes] = piece;
    if (name === undefined) continue;
    if (!DRAWN.has(name)) return `element ${name}`;
    if (elements === 0 && name !== 'svg') return 'not an SVG';
    elements += 1;
    const fault = closing === '' ? attributeFault(attributes ?? '') : undefined;
    if (fault !== undefined) return fault;
  }
  return elements === 0 ? 'not an SVG' : undefined;
}

function attributeFault(attributes: string): string | undefined {
  for (const [, name = '', double, single] of attributes.matchAll(ATTRIBUTE)) {
    const value = double ?? single ?? '';
    if (/^on/i.test(name)) return `event handler ${name}`;
    // Namespaces are names, nothing that is fetched.
    if (/^xmlns(:|$)/.test(name)) continue;
    if (/(^|:)(href|src|base)$/i.test(name) && !/^#[\w.-]+$/.test(value)) return `reference in ${name}`;
    // An escape, of XML or CSS, could spell what is looked for here.
    if (/[&\\]/.test(value) && name !== 'id' && name !== 'class') return `escape in ${name}`;
    if (/url\s*\(\s*(?!#[\w.-]+\s*\))|:\/\/|@import|javascript:|data:/i.test(value)) return `reference in ${name}`;
  }
  return undefined;
}

function decoded(content: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    return undefined;
  }
}
