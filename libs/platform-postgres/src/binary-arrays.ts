/** Object ids of element types (pg_type.dat). */
const OID = { bytea: 17, int8: 20, int4: 23, text: 25, timestamptz: 1184, uuid: 2950, jsonb: 3802 } as const;

const HEAD_BYTES = 20;
const LENGTH_BYTES = 4;
const NULL_LENGTH = -1;
/** 2000-01-01, from which PostgreSQL counts. */
const POSTGRES_EPOCH_MS = Date.UTC(2000, 0, 1);
const TWO_32 = 2 ** 32;
const JSONB_VERSION = 1;

/**
 * Arrays as parameters in PostgreSQL's binary format (`array_recv`): the driver sends a Buffer as it is. For statements that write
 * thousands of rows at once: a text form costs both sides several times as much as writing the rows. The parameter needs its type in the
 * statement (`$1::uuid[]`); an array of another type is refused by the server.
 */
export const binaryArray = {
  /** Throws `TypeError` for what is no UUID in its canonical form. */
  uuid: (values: readonly (string | null)[]) => fixed(OID.uuid, 16, values, writeUuid),
  int4: (values: readonly (number | null)[]) => fixed(OID.int4, 4, values, (into, at, value) => into.writeInt32BE(value, at)),
  int8: (values: readonly (bigint | number | null)[]) =>
    fixed(OID.int8, 8, values, (into, at, value) => into.writeBigInt64BE(BigInt(value), at)),
  /** To the millisecond. */
  timestamptz: (values: readonly (Date | null)[]) => fixed(OID.timestamptz, 8, values, writeTime),
  text: (values: readonly (string | null)[]) => varying(OID.text, 0, values),
  /** JSON texts. */
  jsonb: (values: readonly (string | null)[]) => varying(OID.jsonb, JSONB_VERSION, values),
  bytea(values: readonly Uint8Array[]): Buffer {
    const size = values.reduce((sum, value) => sum + LENGTH_BYTES + value.length, HEAD_BYTES);
    const into = begin(OID.bytea, values, size);
    let at = HEAD_BYTES;
    for (const value of values) {
      at = into.writeInt32BE(value.length, at);
      into.set(value, at);
      at += value.length;
    }
    return into;
  },
} as const;

function begin(oid: number, values: readonly unknown[], size: number): Buffer {
  const empty = values.length === 0;
  const into = Buffer.allocUnsafe(empty ? HEAD_BYTES - 8 : size);
  let at = into.writeInt32BE(empty ? 0 : 1, 0);
  at = into.writeInt32BE(values.includes(null) ? 1 : 0, at);
  at = into.writeInt32BE(oid, at);
  if (empty) return into;
  at = into.writeInt32BE(values.length, at);
  into.writeInt32BE(1, at);
  return into;
}

function fixed<V>(oid: number, bytes: number, values: readonly (V | null)[], write: (into: Buffer, at: number, value: V) => void): Buffer {
  const nulls = values.reduce<number>((count, value) => (value === null ? count + 1 : count), 0);
  const into = begin(oid, values, HEAD_BYTES + values.length * (LENGTH_BYTES + bytes) - nulls * bytes);
  let at = HEAD_BYTES;
  for (const value of values) {
    into.writeInt32BE(value === null ? NULL_LENGTH : bytes, at);
    at += LENGTH_BYTES;
    if (value === null) continue;
    write(into, at, value);
    at += bytes;
  }
  return into;
}

/** @param version a byte before each text; 0: none */
function varying(oid: number, version: number, values: readonly (string | null)[]): Buffer {
  const before = version === 0 ? 0 : 1;
  const lengths = values.map((value) => (value === null ? NULL_LENGTH : before + Buffer.byteLength(value)));
  const size = lengths.reduce((sum, length) => sum + LENGTH_BYTES + Math.max(0, length), HEAD_BYTES);
  const into = begin(oid, values, size);
  let at = HEAD_BYTES;
  values.forEach((value, i) => {
    const length = lengths[i] as number;
    into.writeInt32BE(length, at);
    at += LENGTH_BYTES;
    if (value === null) return;
    if (before === 1) into.writeUInt8(version, at);
    into.write(value, at + before);
    at += length;
  });
  return into;
}

const UUID_CHARS = 36;
const DASH_PLACES = [8, 13, 18, 23];
/** Places of the 32 digits. */
const DIGIT_PLACES = Uint8Array.from({ length: UUID_CHARS }, (_, i) => i).filter((i) => !DASH_PLACES.includes(i));
const DASH = '-'.charCodeAt(0);
/** By character code; 255: no hexadecimal digit. */
const DIGITS = Uint8Array.from({ length: 128 }, (_, code) => {
  const digit = Number.parseInt(String.fromCharCode(code), 16);
  return Number.isNaN(digit) ? 255 : digit;
});

function writeUuid(into: Buffer, at: number, value: string): void {
  let wrong = value.length === UUID_CHARS && hasDashes(value) ? 0 : 255;
  for (let i = 0; i < 16; i += 1) {
    const high = DIGITS[value.charCodeAt(DIGIT_PLACES[2 * i] as number)] ?? 255;
    const low = DIGITS[value.charCodeAt(DIGIT_PLACES[2 * i + 1] as number)] ?? 255;
    wrong |= (high | low) & 0xf0;
    into[at + i] = (high << 4) | low;
  }
  if (wrong !== 0) throw new TypeError('A UUID was expected.');
}

function hasDashes(value: string): boolean {
  return DASH_PLACES.every((place) => value.charCodeAt(place) === DASH);
}

function writeTime(into: Buffer, at: number, value: Date): void {
  const micros = (value.getTime() - POSTGRES_EPOCH_MS) * 1_000;
  into.writeInt32BE(Math.floor(micros / TWO_32), at);
  into.writeUInt32BE(micros - Math.floor(micros / TWO_32) * TWO_32, at + 4);
}
