import type { PayloadSchema } from './payload-schema.js';

/** A payload while somebody fills it in: what fields hold is text, and what is not filled in is not there. */
export type Draft = string | readonly Draft[] | DraftObject;
export interface DraftObject {
  readonly [name: string]: Draft;
}

/** Why a field cannot be taken as it is. */
export type Problem = 'missing' | 'number' | 'whole';

/** Nothing is filled in: the parts that have to be there are, empty. */
export function emptyDraft(schema: PayloadSchema): Draft {
  if (schema.type === 'array') return [];
  if (schema.type !== 'object') return '';
  const needed = schema.required ?? [];
  return Object.fromEntries(
    Object.entries(schema.properties ?? {})
      .filter(([name, part]) => needed.includes(name) || (part.type !== 'object' && part.type !== 'array'))
      .map(([name, part]) => [name, begunDraft(part)]),
  );
}

/** The same, but a list has one item to begin with. */
export function begunDraft(schema: PayloadSchema): Draft {
  return schema.type === 'array' && schema.items ? [emptyDraft(schema.items)] : emptyDraft(schema);
}

/** What the draft says; undefined for nothing. Text that is no number stays text. */
export function payloadOf(schema: PayloadSchema, draft: Draft): unknown {
  if (typeof draft === 'string') return scalarOf(schema, draft);
  if (isList(draft)) return draft.map((item) => payloadOf(schema.items ?? TEXT, item) ?? '');
  const parts = Object.entries(draft).map(([name, part]) => [name, payloadOf(schema.properties?.[name] ?? TEXT, part)] as const);
  return Object.fromEntries(parts.filter(([, value]) => value !== undefined));
}

/** The other way round: what the schema does not know is left out. */
export function draftOf(schema: PayloadSchema, payload: unknown): Draft {
  if (schema.type === 'array') return Array.isArray(payload) ? payload.map((item) => draftOf(schema.items ?? TEXT, item)) : [];
  if (schema.type === 'object') {
    const given = typeof payload === 'object' && payload !== null ? (payload as Readonly<Record<string, unknown>>) : {};
    const there = Object.entries(schema.properties ?? {}).filter(([name]) => given[name] !== undefined);
    const empty = emptyDraft(schema) as DraftObject;
    return { ...empty, ...Object.fromEntries(there.map(([name, part]) => [name, draftOf(part, given[name])])) };
  }
  if (typeof payload !== 'string' && typeof payload !== 'number') return '';
  return schema.format === 'date-time' ? localTime(String(payload)) : String(payload);
}

/** What has to be mended before it is worth sending, by JSON pointer. What a number or a text may be, the API says. */
export function problemsOf(schema: PayloadSchema, draft: Draft, required = true, at = ''): Map<string, Problem> {
  if (isList(draft)) return merged(draft.map((item, i) => problemsOf(schema.items ?? TEXT, item, true, `${at}/${i}`)));
  if (typeof draft !== 'string') {
    const parts = Object.entries(draft).map(([name, part]) =>
      problemsOf(schema.properties?.[name] ?? TEXT, part, schema.required?.includes(name) ?? false, `${at}/${name}`),
    );
    return merged(parts);
  }
  const problem = problemOf(schema, draft.trim(), required);
  return new Map(problem ? [[at, problem]] : []);
}

const TEXT: PayloadSchema = { type: 'string' };

function problemOf({ type }: PayloadSchema, text: string, required: boolean): Problem | undefined {
  if (text === '') return required ? 'missing' : undefined;
  if (type === 'number' && Number.isNaN(Number(text))) return 'number';
  return type === 'integer' && !Number.isInteger(Number(text)) ? 'whole' : undefined;
}

function scalarOf({ type, format }: PayloadSchema, text: string): unknown {
  if (text.trim() === '') return undefined;
  if (format === 'date-time') return Number.isNaN(Date.parse(text)) ? text : new Date(text).toISOString();
  if (type !== 'integer' && type !== 'number') return text;
  return Number.isNaN(Number(text)) ? text : Number(text);
}

/** As a field of date and time holds it, in the time zone of the browser. */
export function localTime(iso: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return '';
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

export function isList(draft: Draft): draft is readonly Draft[] {
  return Array.isArray(draft);
}

function merged(maps: readonly Map<string, Problem>[]): Map<string, Problem> {
  return new Map(maps.flatMap((map) => [...map]));
}
