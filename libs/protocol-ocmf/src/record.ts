/** A signed meter record, cut into its sections and not yet looked into: `OCMF|<payload>|<signature>`. */
export interface OcmfRecord {
  /** The text that was signed, exactly as received. */
  payload: string;
  signature: string;
}

/** In which form a signed value came. */
export type SignedValueFormat =
  | { format: 'OCMF'; record: OcmfRecord }
  /** Another format, or none: kept, and nothing can be said about it. */
  | { format: 'unknown' };

/** Longer texts are not looked into. */
const LONGEST_TEXT = 262_144;
const HEADER = 'OCMF|';

/**
 * Recognises the value of a sample of format SignedData (OCPP 1.6 §7.41): the record as text, as Base64, as hexadecimal digits, or the
 * SignedMeterValueType of OCPP 2.x as JSON, which the OCA's application note brings into 1.6.
 */
export function readSignedValue(value: string): SignedValueFormat {
  if (value.length > LONGEST_TEXT) return { format: 'unknown' };
  for (const text of textsOf(value.trim())) {
    const record = cut(text);
    if (record) return { format: 'OCMF', record };
  }
  return { format: 'unknown' };
}

function* textsOf(value: string): Iterable<string> {
  yield value;
  if (value.startsWith('{')) {
    const inner = signedMeterData(value);
    if (inner !== undefined) yield* textsOf(inner.trim());
    return;
  }
  const bare = value.replace(/\s/g, '');
  if (/^(?:[0-9a-f]{2})+$/i.test(bare)) yield Buffer.from(bare, 'hex').toString('utf8');
  if (/^[A-Za-z0-9+/_-]+={0,2}$/.test(bare)) yield Buffer.from(bare, 'base64').toString('utf8');
}

function signedMeterData(json: string): string | undefined {
  try {
    const { signedMeterData: data } = JSON.parse(json) as { signedMeterData?: unknown };
    return typeof data === 'string' ? data : undefined;
  } catch {
    return undefined;
  }
}

/** Sections hold no pipe: the first and the last one are the borders, whatever somebody put in between. */
function cut(text: string): OcmfRecord | undefined {
  if (!text.startsWith(HEADER)) return undefined;
  const last = text.lastIndexOf('|');
  if (last < HEADER.length) return undefined;
  return { payload: text.slice(HEADER.length, last), signature: text.slice(last + 1) };
}
