import { isDeepStrictEqual } from 'node:util';
import { isOcpp16Action, ocpp16Action, validateInbound, type Ocpp16Action } from '@ampline/protocol-ocpp';
import { csmsErrors } from '../errors.js';
import type { Registration } from '../stations/station-state.js';
import { brokenRules } from './rules/broken-rules.js';
import { isPasswordSetting, withoutSecrets } from './secrets.js';

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

/** True for the station's new password. */
export function isPasswordChange({ action, payload }: CheckedCommand): boolean {
  return action === 'ChangeConfiguration' && isPasswordSetting(payload);
}

/** The payload as it may be stored and shown: itself when there is nothing to hide. */
export function storablePayload({ payload }: CheckedCommand): Record<string, unknown> {
  const shown = withoutSecrets(payload);
  return isDeepStrictEqual(shown, payload) ? payload : (shown as Record<string, unknown>);
}

/** True for a command that cannot be sent later from what is stored of it. */
export function holdsSecret(command: CheckedCommand): boolean {
  return storablePayload(command) !== command.payload;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json === '' ? '{}' : json);
  } catch (cause) {
    throw csmsErrors.payloadInvalid({ description: 'The payload is not JSON.' }, cause);
  }
}
