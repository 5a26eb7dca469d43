import { QUIRK_CATALOGUE, type QuirkEntry } from './catalogue.js';
import { QUIRKS, type QuirkDeclaration } from './deviations.js';

/**
 * Catalogue and deviations as Markdown: docs/protocols/quirks.md.
 *
 * @param mark stands under the title
 */
export function describeQuirks(mark: string): string {
  return [
    '# Vendor quirks',
    '',
    mark,
    '',
    'What some stations do otherwise than OCPP 1.6 says, and what is done about it. What can be repaired for every station without a',
    'guess is repaired for every station and is not listed here. The catalogue is data',
    '(`libs/protocol-ocpp/src/quirks/catalogue.ts`): no code asks for a vendor. Operators switch a quirk on or off for a single',
    'station; that wins over the catalogue.',
    '',
    '## Deviations',
    '',
    '| quirk | the station | what is done | deviates from | honoured by |',
    '|---|---|---|---|---|',
    ...Object.entries<QuirkDeclaration>(QUIRKS).map(
      ([name, { does, handling, clause, honouredBy }]) => `| \`${name}\` | ${does} | ${handling} | ${clause} | \`${honouredBy}\` |`,
    ),
    '',
    '## Catalogue',
    '',
    'Vendor and model are compared without regard to case, `*` stands for any text. A quirk without an entry waits for its first',
    'public report; operators can switch it on.',
    '',
    '| vendor | model | firmware | quirks | sources | note |',
    '|---|---|---|---|---|---|',
    ...QUIRK_CATALOGUE.map(row),
    '',
  ].join('\n');
}

function row(entry: QuirkEntry): string {
  const { vendor, model, quirks, sources, note = '' } = entry;
  const links = sources.map((source, i) => `[${i + 1}](${source})`).join(', ');
  const named = vendor === '' ? '(none)' : text(vendor);
  return `| ${named} | ${text(model)} | ${firmwareRange(entry)} | ${quirks.map((name) => `\`${name}\``).join(', ')} | ${links} | ${note} |`;
}

function firmwareRange({ firmwareFrom, firmwareBefore }: QuirkEntry): string {
  const parts = [firmwareFrom && `from ${firmwareFrom}`, firmwareBefore && `before ${firmwareBefore}`].filter(Boolean);
  return parts.length === 0 ? 'any' : parts.join(', ');
}

function text(pattern: string): string {
  return pattern.replaceAll('*', String.raw`\*`);
}
