import { OCPP16_ACTIONS, type Ocpp16Action } from '@ampline/protocol-ocpp';
import { Chance } from '../chance.js';
import { examplePayload } from './example.js';

/** `fragments`: one message in several WebSocket frames. */
export type FuzzFrame = { kind: 'text'; text: string } | { kind: 'binary'; bytes: Buffer } | { kind: 'fragments'; parts: Buffer[] };

type Maker = (chance: Chance, now: Date) => FuzzFrame;

const ACTIONS = Object.keys(OCPP16_ACTIONS) as Ocpp16Action[];
const KEYS = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'idTag',
  'connectorId',
  'status',
  '',
  '\u0000',
  '💥',
  'a'.repeat(300),
];
const NUMBERS = [
  '1e308',
  '-1e308',
  '1e999',
  '-0',
  '0.1',
  '9007199254740993',
  '18446744073709551616',
  '1E-400',
  '00',
  '01',
  '+1',
  '.5',
  '0x10',
  'NaN',
  '-',
  '1'.repeat(400),
];
const TEXTS = [
  '',
  'x',
  '\u0000',
  '\ud800',
  '\udfff\ud800',
  '%00',
  "'; DROP TABLE station; --",
  '${7*7}',
  'a'.repeat(5_000),
  '\u202e',
  '\\u0000',
  '"',
  '\\',
];
const MOST_DEPTH = 4;

/** How often each kind comes. */
const MAKERS: readonly (readonly [share: number, maker: Maker])[] = [
  [30, mutated],
  [20, validCall],
  [15, withFuzzedValue],
  [10, randomJson],
  [6, randomBytes],
  [5, randomUnicode],
  [4, deep],
  [4, hugeNumbers],
  [3, duplicateKeys],
  [2, answers],
  [1, fragments],
];
const ALL_SHARES = MAKERS.reduce((sum, [share]) => sum + share, 0);

/** Frame `index` of a seed: the same one whatever came before, so that a single one can be looked at again. */
export function fuzzFrame(seed: number, index: number, now: Date): FuzzFrame {
  const chance = new Chance(seed, `frame ${index}`);
  let left = chance.next() * ALL_SHARES;
  const [, maker] = MAKERS.find(([share]) => (left -= share) < 0) ?? [0, validCall];
  return maker(chance, now);
}

/** A frame that closes the socket it comes on (OCPP-J 1.6 has text frames only). */
export function binaryFrame(seed: number, index: number): FuzzFrame {
  return { kind: 'binary', bytes: bytesOf(new Chance(seed, `binary ${index}`)) };
}

function validText(chance: Chance, now: Date): string {
  const action = chance.pick(ACTIONS) as Ocpp16Action;
  return JSON.stringify([2, chance.uuid(), action, examplePayload(action, 'request', now)]);
}

function validCall(chance: Chance, now: Date): FuzzFrame {
  return { kind: 'text', text: validText(chance, now) };
}

/** A valid call of which a few characters are replaced, taken out, doubled or cut off. */
function mutated(chance: Chance, now: Date): FuzzFrame {
  let text = validText(chance, now);
  for (let i = chance.integer(1, 4); i > 0; i--) {
    const at = chance.integer(0, text.length - 1);
    const length = chance.integer(1, 6);
    const put = chance.pick([...TEXTS.slice(0, 8), '{', '}', '[', ']', ',', ':', '"', 'null', 'true', '-', ...NUMBERS.slice(0, 4)]) ?? '';
    text =
      chance.pick([
        () => text.slice(0, at) + put + text.slice(at + length),
        () => text.slice(0, at) + text.slice(at + length),
        () => text.slice(0, at) + text.slice(at, at + length).repeat(chance.integer(2, 9)) + text.slice(at),
        () => text.slice(0, Math.max(1, at)),
      ])?.() ?? text;
    if (text === '') text = '[';
  }
  return { kind: 'text', text };
}

function withFuzzedValue(chance: Chance, now: Date): FuzzFrame {
  const action = chance.pick(ACTIONS) as Ocpp16Action;
  const payload = examplePayload(action, 'request', now);
  const key = chance.pick([...Object.keys(payload), ...KEYS]) ?? '';
  const members = Object.entries(payload).map(
    ([name, value]) => `${JSON.stringify(name)}:${name === key ? valueText(chance, 0) : JSON.stringify(value)}`,
  );
  if (!(key in payload)) members.push(`${JSON.stringify(key)}:${valueText(chance, 0)}`);
  return { kind: 'text', text: `[2,${JSON.stringify(chance.uuid())},${JSON.stringify(action)},{${members.join(',')}}]` };
}

function randomJson(chance: Chance): FuzzFrame {
  const elements = Array.from({ length: chance.integer(0, 6) }, () => valueText(chance, 0));
  const type = chance.pick(['2', '3', '4', '5', '-2', '2.5', '"2"', 'null']) ?? '2';
  return { kind: 'text', text: chance.happens(0.7) ? `[${[type, ...elements].join(',')}]` : valueText(chance, 0) };
}

/** JSON text, not a value: no value has duplicate keys or numbers of four hundred digits. */
function valueText(chance: Chance, depth: number): string {
  const kind = chance.integer(0, depth >= MOST_DEPTH ? 3 : 5);
  if (kind === 0) return chance.pick(NUMBERS) ?? '0';
  if (kind === 1) return JSON.stringify(chance.pick(TEXTS));
  if (kind === 2) return chance.pick(['null', 'true', 'false']) ?? 'null';
  if (kind === 3) return String(chance.integer(-5, 5));
  const inner = Array.from({ length: chance.integer(0, 4) }, () => valueText(chance, depth + 1));
  return kind === 4 ? `[${inner.join(',')}]` : `{${inner.map((text) => `${JSON.stringify(chance.pick(KEYS))}:${text}`).join(',')}}`;
}

/** As a socket delivers them: what is no UTF-8 never gets past it. */
function randomBytes(chance: Chance): FuzzFrame {
  return { kind: 'text', text: bytesOf(chance).toString('utf8') };
}

function bytesOf(chance: Chance): Buffer {
  return Buffer.from(Array.from({ length: chance.integer(0, 200) }, () => chance.integer(0, 255)));
}

function randomUnicode(chance: Chance): FuzzFrame {
  const points = Array.from({ length: chance.integer(0, 100) }, () => chance.integer(1, 0x10ffff));
  const text = String.fromCodePoint(...points.filter((point) => point < 0xd800 || point > 0xdfff));
  return { kind: 'text', text: chance.happens(0.5) ? text : `[2,"u",${JSON.stringify(text)},{}]` };
}

function deep(chance: Chance): FuzzFrame {
  const depth = chance.pick([20, 40, 1_000, 20_000]) ?? 40;
  const [open, close] = chance.pick([
    ['[', ']'],
    ['{"a":', '}'],
  ] as const) ?? ['[', ']'];
  return {
    kind: 'text',
    text: `[2,"d","DataTransfer",{"vendorId":"x","data":${open.repeat(depth)}1${chance.happens(0.8) ? close.repeat(depth) : ''}}]`,
  };
}

function hugeNumbers(chance: Chance): FuzzFrame {
  const number = () => chance.pick(NUMBERS) ?? '1';
  const body = `"connectorId":${number()},"idTag":"x","meterStart":${number()},"timestamp":"2026-01-01T00:00:00Z"`;
  return { kind: 'text', text: `[${chance.happens(0.8) ? '2' : number()},"h","StartTransaction",{${body}}]` };
}

function duplicateKeys(chance: Chance): FuzzFrame {
  const members = Array.from({ length: chance.integer(2, 6) }, () => `"idTag":${valueText(chance, MOST_DEPTH)}`);
  return { kind: 'text', text: `[2,"k","Authorize",{${members.join(',')},"__proto__":{"idTag":"x"}}]` };
}

/** Answers that nobody waits for. */
function answers(chance: Chance): FuzzFrame {
  const rest = chance.happens(0.5)
    ? `3,"${chance.uuid()}",{}`
    : `4,"${chance.uuid()}","${chance.pick(TEXTS.slice(0, 2))}","",${valueText(chance, 0)}`;
  return { kind: 'text', text: `[${rest}]` };
}

/** Cut anywhere, also within a character. */
function fragments(chance: Chance, now: Date): FuzzFrame {
  const bytes = Buffer.from(validText(chance, now).replace('"x"', '"💥"'));
  const cuts = Array.from({ length: chance.integer(1, 8) }, () => chance.integer(0, bytes.length)).sort((a, b) => a - b);
  return { kind: 'fragments', parts: [0, ...cuts].map((from, i) => bytes.subarray(from, cuts[i] ?? bytes.length)) };
}
