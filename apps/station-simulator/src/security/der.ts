/** As much of DER (X.690) as a signing request is written with and a certificate is read by. */

export const TAG = { integer: 0x02, bitString: 0x03, oid: 0x06, utf8: 0x0c, sequence: 0x30, set: 0x31, context0: 0xa0 } as const;

export interface Element {
  tag: number;
  /** The element as it stands, tag and length included. */
  whole: Buffer;
  content: Buffer;
}

export function encode(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag]), lengthOf(content.length), content]);
}

/** The elements within an element's content. @throws RangeError on bytes that are no DER */
export function childrenOf(content: Buffer): Element[] {
  const children: Element[] = [];
  for (let offset = 0; offset < content.length;) {
    const child = elementAt(content, offset);
    children.push(child);
    offset += child.whole.length;
  }
  return children;
}

export function elementAt(bytes: Buffer, offset = 0): Element {
  const first = bytes.readUInt8(offset + 1);
  const lengthBytes = first < 0x80 ? 0 : first - 0x80;
  const length = lengthBytes === 0 ? first : bytes.readUIntBE(offset + 2, lengthBytes);
  const begin = offset + 2 + lengthBytes;
  if (begin + length > bytes.length) throw new RangeError('the element ends behind its container');
  return { tag: bytes.readUInt8(offset), whole: bytes.subarray(offset, begin + length), content: bytes.subarray(begin, begin + length) };
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  const hex = length.toString(16);
  const bytes = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
  return Buffer.concat([Buffer.from([0x80 + bytes.length]), bytes]);
}
