import { isOcpp16Action, ocpp16Action, validateInbound, type Ocpp16Action } from '@ampline/protocol-ocpp';
import { csmsErrors } from '../errors.js';
import type { Registration } from '../stations/station-state.js';
import { brokenRules } from './rules/broken-rules.js';

/** A command whose action and payload have been found fit to be sent. */
export interface CheckedCommand {
  action: Ocpp16Action;
  payload: Record<string, unknown>;
}

/** Throws `csms.action-unknown` for anything but an action that goes from the central system to a station. */
export function checkAction(action: string): Ocpp16Action {
  if (!isOcpp16Action(action) || ocpp16Action(action).direction === 'from-station') throw csmsErrors.actionUnknown();
  return action;
}

/**
 * Judges a payload strictly, by its schema and by the rules that no schema says: stations differ in what they forgive. Throws
 * `csms.payload-invalid`; its `violations` name the places.
 */
export function checkCommand(action: string, payloadJson: string, now: Date): CheckedCommand {
  const known = checkAction(action);
  if (payloadJson.includes('\\u0000')) throw csmsErrors.payloadInvalid({ description: 'The payload holds a NUL character.' });
  const payload = parsed(payloadJson);
  const judged = validateInbound(known, 'request', payload, 'strict');
  if (!judged.ok) throw csmsErrors.payloadInvalid({ code: judged.code, description: judged.description, ...judged.details });
  const violations = brokenRules(known, payload, now);
  if (violations.length > 0) {
    const description = violations.map(({ path, rule }) => `${path} ${rule}`).join('; ');
    throw csmsErrors.payloadInvalid({ code: 'PropertyConstraintViolation', description, violations });
  }
  return { action: known, payload: payload as Record<string, unknown> };
}

/** OCPP 1.6 §4.2: a station that is not accepted yet is configured, and nothing is started or stopped there. */
export const REFUSED_WHILE_PENDING: readonly Ocpp16Action[] = ['RemoteStartTransaction', 'RemoteStopTransaction'];

/** The error that keeps a command from a station in this state (OCPP 1.6 §4.2), if one does. */
export function refusalBy(registration: Registration, action: Ocpp16Action) {
  if (registration === 'rejected') return csmsErrors.stationRejected();
  return registration === 'pending' && REFUSED_WHILE_PENDING.includes(action) ? csmsErrors.stationPending() : undefined;
}

/** In the place of a secret. */
export const HIDDEN = '[hidden]';

/** True for the one command that carries a secret: the station's new password. */
export function isPasswordChange({ action, payload }: CheckedCommand): boolean {
  return action === 'ChangeConfiguration' && isPasswordSetting(payload);
}

/** 1.6 security whitepaper, "AuthorizationKey": as it is set, and as a station may read it out. */
export function isPasswordSetting(item: unknown): item is { key: string; value: unknown } {
  if (typeof item !== 'object' || item === null || !('key' in item) || !('value' in item)) return false;
  return String(item.key).toLowerCase() === 'authorizationkey';
}

/** They hold an address that is a credential. */
const WITH_LINK: readonly Ocpp16Action[] = ['GetDiagnostics', 'GetLog', 'SignedUpdateFirmware', 'UpdateFirmware'];

/** The payload as it may be stored and shown. */
export function storablePayload(command: CheckedCommand): Record<string, unknown> {
  if (isPasswordChange(command)) return { ...command.payload, value: HIDDEN };
  return WITH_LINK.includes(command.action) ? (withoutLinkSecrets(command.payload) as Record<string, unknown>) : command.payload;
}

/** The frame as it may be archived: with the payload of {@link storablePayload}. */
export function storableFrame(command: CheckedCommand, messageId: string, frame: string): string {
  const payload = storablePayload(command);
  return payload === command.payload ? frame : JSON.stringify([2, messageId, command.action, payload]);
}

const PASSWORD_OF_URL = /(:\/\/)[^\s/@]*@/g;
/** The path of a link to a station file: docs/operations/station-files.md. */
const TOKEN_OF_LINK = /\/f\/[\w-]{43}(?![\w-])/g;

/** The value with each text in it rid of what gives access to files: user, password, and the token of our own links. */
function withoutLinkSecrets(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(PASSWORD_OF_URL, `$1${HIDDEN}@`).replace(TOKEN_OF_LINK, `/f/${HIDDEN}`);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(withoutLinkSecrets);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutLinkSecrets(item)]));
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json === '' ? '{}' : json);
  } catch (cause) {
    throw csmsErrors.payloadInvalid({ description: 'The payload is not JSON.' }, cause);
  }
}
