export type JsonObject = { [key: string]: unknown };

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** True when brackets nest deeper than `limit`. One pass over the text, before anything recursive sees the value. */
export function nestsDeeperThan(limit: number, text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i += 1) {
    const char = text.charCodeAt(i);
    if (inString) {
      if (char === BACKSLASH) i += 1;
      else if (char === QUOTE) inString = false;
    } else if (char === QUOTE) inString = true;
    else if (char === OPEN_BRACKET || char === OPEN_BRACE) {
      depth += 1;
      if (depth > limit) return true;
    } else if (char === CLOSE_BRACKET || char === CLOSE_BRACE) depth -= 1;
  }
  return false;
}

/** True when the text may hold characters that PostgreSQL stores in neither text nor jsonb: NUL and lone surrogates. */
export function mayHoldUnstorableText(text: string): boolean {
  return UNSTORABLE_IN_JSON.test(text);
}

/** `text` with NUL and lone surrogates replaced by U+FFFD. */
export function storableText(text: string): string {
  return text.replace(UNSTORABLE, '\uFFFD');
}

/** Replaces unstorable text in a freshly parsed value, in place. @returns whether anything was replaced. */
export function makeStorable(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const container = value as JsonObject;
  let changed = false;
  for (const key of Object.keys(container)) {
    const item = container[key];
    const storableItem = typeof item === 'string' ? storableText(item) : item;
    const storableKey = storableText(key);
    if (makeStorable(item)) changed = true;
    if (storableItem === item && storableKey === key) continue;
    delete container[key];
    Object.defineProperty(container, storableKey, { value: storableItem, enumerable: true, configurable: true, writable: true });
    changed = true;
  }
  return changed;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const UNSTORABLE = /[\0\p{Surrogate}]/gu;
const UNSTORABLE_IN_JSON = /\\u(?:0000|[dD][89a-fA-F])|\p{Surrogate}/u;
