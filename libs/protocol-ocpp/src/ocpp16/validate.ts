import type { ErrorObject } from 'ajv';
import { ocppErrors } from '../errors.js';
import type { OcppErrorCode } from '../rpc/error-code.js';
import { isJsonObject, type JsonObject } from '../rpc/json.js';
import { ocpp16Action, type Ocpp16Action } from './actions.js';
import type { Deviation } from './deviation.js';
import type { MessageKind, MessageOf, Received } from './messages.js';
import { applyRemedy, remedyFor } from './repair.js';
import { salvage } from './salvage.js';
import { Ocpp16Schemas } from './schemas.js';

/** `lenient` accepts deviations in messages that carry facts and in answers to our requests; `strict` accepts none anywhere. */
export type ValidationPolicy = 'lenient' | 'strict';

export interface AcceptedPayload<T> {
  ok: true;
  /** The payload itself when it conforms, else a repaired copy. */
  payload: T;
  deviations: readonly Deviation[];
}

export interface RefusedPayload {
  ok: false;
  /** For the CALLERROR. */
  code: OcppErrorCode;
  /** At most 255 characters; names fields, never their values. */
  description: string;
  details: JsonObject;
  deviations: readonly Deviation[];
}

export type InboundResult<T> = AcceptedPayload<T> | RefusedPayload;

const MOST_ROUNDS = 6;
const MOST_DEVIATIONS = 64;
const MOST_VIOLATIONS = 10;
const schemas = new Ocpp16Schemas();

/**
 * Judges a payload that came from the other side. The input is never changed.
 *
 * Refusals by what is wrong: a type → TypeConstraintViolation; something required missing → OccurenceConstraintViolation;
 * length, enumeration or format → PropertyConstraintViolation; an unknown property, or no object at all → FormationViolation
 * (OCPP-J 1.6, "CallError"). With several, the first of this order counts.
 */
export function validateInbound<A extends Ocpp16Action, K extends MessageKind>(
  action: A,
  kind: K,
  payload: unknown,
  policy: ValidationPolicy = 'lenient',
): InboundResult<Received<A, K>> {
  const errors = violations(action, kind, payload);
  if (errors.length === 0) return { ok: true, payload: payload as Received<A, K>, deviations: [] };
  if (!isJsonObject(payload)) return refusal(errors, []);
  const mayRepair = policy === 'lenient' && (kind === 'response' || ocpp16Action(action).carriesFact === true);
  return mayRepair ? repaired(action, kind, payload) : refusal(errors, []);
}

/**
 * Checks what we are about to send, strictly.
 * @throws AppError `ocpp.outbound-invalid` (internal): a fault of ours, caught before a station sees it.
 */
export function validateOutbound<A extends Ocpp16Action, K extends MessageKind>(action: A, kind: K, payload: MessageOf<A, K>): void {
  const errors = violations(action, kind, payload);
  if (errors.length === 0) return;
  throw ocppErrors.outboundInvalid({ action, kind, violations: describe(errors) });
}

/** Finding by finding until nothing changes any more: a value that was converted can still be too long. */
function repaired<T>(action: Ocpp16Action, kind: MessageKind, payload: JsonObject): InboundResult<T> {
  const copy = structuredClone(payload);
  const changes: Deviation[] = [];
  // Judged anew: findings carry the values they are about, and those must be the copy's.
  let errors = violations(action, kind, copy);
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const remedies = errors.map((error) => ({ error, remedy: remedyFor(error) }));
    const changed = remedies.flatMap(({ remedy }) => (remedy && applyRemedy(copy, remedy) ? [remedy.deviation] : []));
    const tolerated = remedies.flatMap(({ remedy }) => (remedy?.act === 'tolerate' ? [remedy.deviation] : []));
    const fatal = remedies.filter(({ remedy }) => remedy === undefined).map(({ error }) => error);
    changes.push(...changed);
    if (changed.length === 0) {
      if (fatal.length === 0) return { ok: true, payload: copy as T, deviations: bounded([...changes, ...tolerated]) };
      const dropped = kind === 'request' ? salvage(action, copy, fatal) : [];
      if (dropped.length === 0) return refusal(fatal, [...changes, ...tolerated]);
      changes.push(...dropped);
    }
    errors = violations(action, kind, copy);
    if (errors.length === 0) return { ok: true, payload: copy as T, deviations: bounded(changes) };
  }
  return refusal(errors, changes);
}

function violations(action: Ocpp16Action, kind: MessageKind, payload: unknown): ErrorObject[] {
  const validate = schemas.validator(action, kind);
  return validate(payload) ? [] : (validate.errors ?? []);
}

function refusal(errors: readonly ErrorObject[], deviations: Deviation[]): RefusedPayload {
  const code = errors.map(codeOf).sort((a, b) => PRECEDENCE.indexOf(a) - PRECEDENCE.indexOf(b))[0] ?? 'GenericError';
  const list = describe(errors);
  const description = list.map((v) => `${v.path === '' ? 'payload' : v.path} ${v.rule}`).join('; ');
  return { ok: false, code, description: description.slice(0, 255), details: { violations: list }, deviations: bounded(deviations) };
}

const PRECEDENCE: readonly OcppErrorCode[] = [
  'TypeConstraintViolation',
  'OccurenceConstraintViolation',
  'PropertyConstraintViolation',
  'FormationViolation',
];

function codeOf(error: ErrorObject): OcppErrorCode {
  if (error.keyword === 'type') return error.instancePath === '' ? 'FormationViolation' : 'TypeConstraintViolation';
  if (error.keyword === 'required' || error.keyword === 'minItems') return 'OccurenceConstraintViolation';
  return error.keyword === 'additionalProperties' ? 'FormationViolation' : 'PropertyConstraintViolation';
}

function describe(errors: readonly ErrorObject[]): { path: string; rule: string }[] {
  return errors
    .slice(0, MOST_VIOLATIONS)
    .map((error) => ({ path: error.instancePath, rule: (error.message ?? error.keyword).slice(0, 120) }));
}

function bounded(deviations: Deviation[]): Deviation[] {
  return deviations.slice(0, MOST_DEVIATIONS);
}
