import {
  ocpp16Action,
  payloadSchema,
  type DeviationKind,
  type MessageKind,
  type Ocpp16Action,
  type OcppErrorCode,
  type PayloadSchema,
  type ValidationPolicy,
} from '@ampline/protocol-ocpp';
import { examplePayload } from './example.js';

export type ViolationKind =
  | 'wrong-type'
  | 'nested-in-list'
  | 'number-as-text'
  | 'text-as-number'
  | 'fraction'
  | 'off-step'
  | 'null'
  | 'missing'
  | 'extra'
  | 'too-long'
  | 'wrong-enum'
  | 'bad-format'
  | 'empty-list';

/** What the receiver makes of it: a CALLERROR, or an acceptance that is noted down. */
export type Fate = { refused: OcppErrorCode } | { noted: DeviationKind };

export interface SchemaViolation {
  action: Ocpp16Action;
  message: MessageKind;
  kind: ViolationKind;
  /** JSON pointer to what is wrong. */
  path: string;
  payload: Record<string, unknown>;
  fate: Readonly<Record<ValidationPolicy, Fate>>;
}

interface Place {
  path: string;
  schema: PayloadSchema;
  required: boolean;
  /** In a reading that may be left out so that the rest is not lost. */
  inReadings: boolean;
}

/** CALLERROR by what is wrong (OCPP-J 1.6, "CallError"). */
const STRICT: Readonly<Record<ViolationKind, OcppErrorCode>> = {
  'wrong-type': 'TypeConstraintViolation',
  'nested-in-list': 'TypeConstraintViolation',
  'number-as-text': 'TypeConstraintViolation',
  'text-as-number': 'TypeConstraintViolation',
  fraction: 'TypeConstraintViolation',
  'off-step': 'PropertyConstraintViolation',
  null: 'TypeConstraintViolation',
  missing: 'OccurenceConstraintViolation',
  extra: 'FormationViolation',
  'too-long': 'PropertyConstraintViolation',
  'wrong-enum': 'PropertyConstraintViolation',
  'bad-format': 'PropertyConstraintViolation',
  'empty-list': 'OccurenceConstraintViolation',
};

/** What is forgiven where a fact would be lost with the message (docs/adr/0011). */
const FORGIVEN: Partial<Record<ViolationKind, DeviationKind>> = {
  'number-as-text': 'number-as-text',
  'text-as-number': 'text-as-number',
  'off-step': 'value-precision',
  extra: 'unknown-property',
  'too-long': 'too-long',
  'empty-list': 'too-few-items',
};

const READINGS = ['meterValue', 'transactionData'];
/** Texts that only describe: an unknown value in them leaves the fact intact. */
const DESCRIPTIVE = ['measurand', 'context', 'location', 'phase', 'unit', 'format', 'reason', 'errorCode'];
const REGISTERS = ['meterStart', 'meterStop'];

/** Every way in which one property of a message can break its schema, one at a time, with what must come of it. */
export function schemaViolations(action: Ocpp16Action, message: MessageKind, now: Date): SchemaViolation[] {
  const root: Place = { path: '', schema: { ...payloadSchema(action, message), type: 'object' }, required: true, inReadings: false };
  return placesIn(root, action).flatMap((place) =>
    breaksOf(place).map(([kind, change]) => {
      const payload = structuredClone(examplePayload(action, message, now));
      const path = change(payload, place.path);
      return {
        action,
        message,
        kind,
        path,
        payload,
        fate: { strict: { refused: STRICT[kind] }, lenient: lenientFate(action, message, kind, place) },
      };
    }),
  );
}

/** The root, each property, and the first item of each list. */
function placesIn(place: Place, action: Ocpp16Action): Place[] {
  const { schema, path } = place;
  const properties = Object.entries(schema.properties ?? {}).map(([key, property]): Place => {
    const inReadings = place.inReadings;
    return { path: `${path}/${key}`, schema: property, required: schema.required?.includes(key) === true, inReadings };
  });
  const items: Place[] =
    schema.items === undefined
      ? []
      : [{ path: `${path}/0`, schema: schema.items, required: false, inReadings: place.inReadings || READINGS.includes(keyOf(path)) }];
  return [place, ...[...properties, ...items].flatMap((inner) => placesIn(inner, action))];
}

/** @returns pointer to what is wrong */
type Break = (payload: Record<string, unknown>, path: string) => string;

function breaksOf({ path, schema, required }: Place): [ViolationKind, Break][] {
  const breaks: [ViolationKind, Break][] = [];
  const put = (kind: ViolationKind, value: unknown) => breaks.push([kind, replacing(() => value)]);
  if (schema.type === 'object') breaks.push(['extra', adding]);
  if (path === '') return breaks;
  put('wrong-type', schema.type === 'object' || schema.type === 'array' ? true : { no: 'such type' });
  put('null', null);
  breaks.push(['nested-in-list', replacing((value) => [value])]);
  if (required) breaks.push(['missing', removing]);
  if (schema.type === 'string') breaksOfText(schema, put);
  if (schema.type === 'integer' || schema.type === 'number') put('text-as-number', '1');
  if (schema.type === 'integer') put('fraction', 1.5);
  if (schema.multipleOf !== undefined) put('off-step', 1.05);
  if (schema.minItems !== undefined) put('empty-list', []);
  return breaks;
}

function breaksOfText({ enum: values, format, maxLength }: PayloadSchema, put: (kind: ViolationKind, value: unknown) => void): void {
  if (values !== undefined) put('wrong-enum', 'NoSuchValue');
  if (format !== undefined) put('bad-format', 'neither a time nor an address');
  if (values === undefined && format === undefined) put('number-as-text', 7);
  if (maxLength !== undefined) put('too-long', 'x'.repeat(maxLength + 1));
}

function lenientFate(action: Ocpp16Action, message: MessageKind, kind: ViolationKind, place: Place): Fate {
  const refused = { refused: STRICT[kind] };
  if (message === 'request' && ocpp16Action(action).carriesFact !== true) return refused;
  const forgiven = forgivenAs(kind, place);
  if (forgiven !== undefined) return { noted: forgiven };
  // Without `null` a required property is missing.
  const code = kind === 'null' && place.required ? 'OccurenceConstraintViolation' : STRICT[kind];
  return (message === 'request' ? leftOut(action, kind, place) : undefined) ?? { refused: code };
}

function forgivenAs(kind: ViolationKind, { path, schema, required }: Place): DeviationKind | undefined {
  const key = keyOf(path);
  if (kind === 'wrong-enum') return DESCRIPTIVE.includes(key) ? 'unknown-value' : undefined;
  if (kind === 'bad-format') return schema.format === 'date-time' ? 'time-unreadable' : 'bad-format';
  if (kind === 'fraction') return REGISTERS.includes(key) ? 'fraction-rounded' : undefined;
  if (kind === 'null') return required || isItem(path) ? undefined : 'null-for-absent';
  return FORGIVEN[kind];
}

/** One broken reading is left out so that the rest is not lost. A stop outlives all of its readings, meter values do not. */
function leftOut(action: Ocpp16Action, kind: ViolationKind, { path, inReadings }: Place): Fate | undefined {
  if (inReadings) return { noted: 'item-dropped' };
  if (action !== 'StopTransaction' || path !== '/transactionData') return undefined;
  return { noted: kind === 'nested-in-list' ? 'item-dropped' : 'property-dropped' };
}

function keyOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function isItem(path: string): boolean {
  return /^\d+$/.test(keyOf(path));
}

function containerAt(payload: Record<string, unknown>, path: string): Record<string, unknown> {
  const keys = path.split('/').slice(1, -1);
  return keys.reduce<Record<string, unknown>>((container, key) => container[key] as Record<string, unknown>, payload);
}

function replacing(change: (value: unknown) => unknown): Break {
  return (payload, path) => {
    const container = containerAt(payload, path);
    container[keyOf(path)] = change(container[keyOf(path)]);
    return path;
  };
}

const removing: Break = (payload, path) => {
  delete containerAt(payload, path)[keyOf(path)];
  return path;
};

const adding: Break = (payload, path) => {
  const object = path === '' ? payload : (containerAt(payload, path)[keyOf(path)] as Record<string, unknown>);
  object['unheardOf'] = 1;
  return `${path}/unheardOf`;
};
