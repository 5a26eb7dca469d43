import { crc32, deflateRawSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { readSheet } from './read-sheet.js';
import { MOST_UNPACKED } from './plain-zip.js';

const XML = '<?xml version="1.0" encoding="UTF-8"?>';
const SHEETS = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';

/** A ZIP archive of deflated entries; `claimed` is the size that it says an entry has. */
function zip(entries: Record<string, string | Buffer>, claimed?: number): Buffer {
  const [locals, centrals]: [Buffer[], Buffer[]] = [[], []];
  let offset = 0;
  for (const [name, text] of Object.entries(entries)) {
    const content = Buffer.from(text as string);
    const deflated = deflateRawSync(content);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(deflated.length, 14);
    common.writeUInt32LE(claimed ?? content.length, 18);
    common.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from('504b0304', 'hex'), common, Buffer.from(name), deflated]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    centrals.push(Buffer.from('504b01021400', 'hex'), common, tail, Buffer.from(name));
    locals.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(centrals);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(locals.length, 8);
  end.writeUInt16LE(locals.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}

function workbook(rows: string, more: Record<string, string | Buffer> = {}): Buffer {
  return zip({
    '[Content_Types].xml': `${XML}<Types xmlns="${PACKAGE}/content-types"/>`,
    'xl/workbook.xml': `${XML}<workbook xmlns="${SHEETS}" xmlns:r="${RELS}"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `${XML}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${RELS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
    'xl/worksheets/sheet1.xml': `${XML}<worksheet xmlns="${SHEETS}"><sheetData>${rows}</sheetData></worksheet>`,
    ...more,
  });
}

const text = (at: string, value: string) => `<c r="${at}" t="inlineStr"><is><t>${value}</t></is></c>`;
const HEAD = `<row r="1">${text('A1', 'Ladekarte')}${text('B1', 'Mehrfachladen')}${text('C1', 'Gruppe')}</row>`;
const failureOf = (file: Buffer) => readSheet('id-tokens', file).catch((error: Error) => error.message);

describe('a workbook', () => {
  it('is read with its numbers in full, and formulas with what was saved', async () => {
    const rows = `<row r="2"><c r="A2"><v>1234567890123</v></c><c r="B2" t="b"><v>1</v></c><c r="C2" t="str"><f>WEBSERVICE("http://x")</f><v>FLEET</v></c></row>`;
    expect((await readSheet('id-tokens', workbook(HEAD + rows))).map(({ number, cells }) => ({ number, ...cells }))).toEqual([
      { number: 2, idToken: '1234567890123', concurrent: 'yes', group: 'FLEET' },
    ]);
  });

  it('that unpacks to too much is refused, whatever it claims', async () => {
    const bomb = { 'xl/sharedStrings.xml': Buffer.alloc(MOST_UNPACKED + 1, ' ') };
    const file = workbook(HEAD, bomb);
    expect(file.length).toBeLessThan(200_000);
    expect(await failureOf(file)).toBe('expands-too-far');
    expect(await failureOf(zip(bomb, 10))).toBe('expands-too-far');
  });

  it.each([
    ['cut off', workbook(HEAD).subarray(0, 400)],
    ['an archive of something else', zip({ 'readme.xml': '<x/>' })],
    ['not an archive', Buffer.from('PK and nothing more')],
  ])('that is %s is refused', async (_, file) => {
    expect(await failureOf(file)).toBe('not-a-table');
  });
});
