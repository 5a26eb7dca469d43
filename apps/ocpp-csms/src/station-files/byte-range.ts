/** First and last byte, both included. */
export interface ByteRange {
  start: number;
  end: number;
}

/** What a `Range` header asks for: undefined for all, also where it asks for what we do not do (RFC 9110 §14.2: then it is ignored). */
export function rangeOf(header: string | undefined, sizeBytes: number): ByteRange | 'unsatisfiable' | undefined {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '');
  if (!match || (match[1] === '' && match[2] === '')) return undefined;
  const [first, last] = [match[1] ?? '', match[2] ?? ''];
  const start = first === '' ? Math.max(0, sizeBytes - Number(last)) : Number(first);
  const end = first === '' || last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1);
  if (first !== '' && last !== '' && Number(last) < start) return undefined;
  return start >= sizeBytes || (first === '' && last === '0') ? 'unsatisfiable' : { start, end };
}
