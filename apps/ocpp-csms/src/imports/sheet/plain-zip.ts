import { crc32, inflateRawSync } from 'node:zlib';
import { SheetFailure } from '../domain/sheet-failure.js';

/** What the parts of a workbook may come to when they are unpacked, bytes. */
export const MOST_UNPACKED = 100 * 1_024 * 1_024;
const MOST_ENTRIES = 2_000;

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const LONGEST_COMMENT = 65_535;

interface Entry {
  name: Buffer;
  content: Buffer;
}

/**
 * The same ZIP archive with its XML parts unpacked (APPNOTE.TXT 4.3): whoever reads it has nothing left to expand, and sees what was measured
 * here and nothing else. Throws {@link SheetFailure} `expands-too-far`, `not-a-table`.
 */
export function plainZip(file: Buffer): Buffer {
  try {
    return packed(entriesOf(file));
  } catch (error) {
    if (error instanceof SheetFailure) throw error;
    throw new SheetFailure((error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE' ? 'expands-too-far' : 'not-a-table');
  }
}

function* entriesOf(file: Buffer): Generator<Entry> {
  const end = file.lastIndexOf(Buffer.from('504b0506', 'hex'));
  if (end === -1 || end < file.length - LONGEST_COMMENT - 22 || file.readUInt32LE(end) !== END) throw new SheetFailure('not-a-table');
  const count = file.readUInt16LE(end + 10);
  if (count > MOST_ENTRIES) throw new SheetFailure('expands-too-far');
  let at = file.readUInt32LE(end + 16);
  let left = MOST_UNPACKED;
  for (let i = 0; i < count; i++) {
    if (file.readUInt32LE(at) !== CENTRAL) throw new SheetFailure('not-a-table');
    const [nameLength, extraLength, commentLength] = [file.readUInt16LE(at + 28), file.readUInt16LE(at + 30), file.readUInt16LE(at + 32)];
    const name = file.subarray(at + 46, at + 46 + nameLength);
    // Pictures and the like are of no use.
    if (/\.(xml|rels)$/i.test(name.toString('latin1'))) {
      const content = unpacked(file, at, left);
      left -= content.length;
      yield { name, content };
    }
    at += 46 + nameLength + extraLength + commentLength;
  }
}

function unpacked(file: Buffer, central: number, most: number): Buffer {
  const [method, size, local] = [file.readUInt16LE(central + 10), file.readUInt32LE(central + 20), file.readUInt32LE(central + 42)];
  if (file.readUInt32LE(local) !== LOCAL) throw new SheetFailure('not-a-table');
  const begin = local + 30 + file.readUInt16LE(local + 26) + file.readUInt16LE(local + 28);
  const content = file.subarray(begin, begin + size);
  if (method === 8) return inflateRawSync(content, { maxOutputLength: Math.max(1, most) });
  if (method !== 0) throw new SheetFailure('not-a-table');
  if (content.length > most) throw new SheetFailure('expands-too-far');
  return content;
}

function packed(entries: Iterable<Entry>): Buffer {
  const [locals, centrals]: [Buffer[], Buffer[]] = [[], []];
  let offset = 0;
  for (const { name, content } of entries) {
    const local = Buffer.alloc(30);
    local.writeUInt32LE(LOCAL, 0);
    local.writeUInt16LE(20, 4);
    local.writeUInt32LE(crc32(content), 14);
    local.writeUInt32LE(content.length, 18);
    local.writeUInt32LE(content.length, 22);
    local.writeUInt16LE(name.length, 26);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(CENTRAL, 0);
    central.writeUInt16LE(20, 4);
    // Version, flags, method, time, checksum and sizes stand in both.
    local.copy(central, 6, 4, 28);
    central.writeUInt32LE(offset, 42);
    locals.push(local, name, content);
    centrals.push(central, name);
    offset += local.length + name.length + content.length;
  }
  const directory = Buffer.concat(centrals);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(END, 0);
  end.writeUInt16LE(centrals.length / 2, 8);
  end.writeUInt16LE(centrals.length / 2, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}
