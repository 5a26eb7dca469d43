import { isOcpp16Action, ocpp16Action, validateInbound, type Ocpp16Action, type RequestOf } from '@ampline/protocol-ocpp';
import { csmsErrors } from '../errors.js';
import type { Registration } from '../stations/station-state.js';

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

/** Judges a payload strictly: stations differ in what they forgive. Throws `csms.payload-invalid`. */
export function checkCommand(action: string, payloadJson: string): CheckedCommand {
  const known = checkAction(action);
  if (payloadJson.includes('\\u0000')) throw csmsErrors.payloadInvalid({ description: 'The payload holds a NUL character.' });
  const payload = parsed(payloadJson);
  const judged = validateInbound(known, 'request', payload, 'strict');
  if (!judged.ok) throw csmsErrors.payloadInvalid({ code: judged.code, description: judged.description, ...judged.details });
  const rule = brokenRule({ action: known, payload: payload as Record<string, unknown> });
  if (rule) throw csmsErrors.payloadInvalid({ description: rule });
  return { action: known, payload: payload as Record<string, unknown> };
}

/** Rules of OCPP 1.6 that a schema cannot say. */
function brokenRule({ action, payload }: CheckedCommand): string | undefined {
  if (action === 'RemoteStartTransaction') {
    const { connectorId, chargingProfile } = payload as unknown as RequestOf<'RemoteStartTransaction'>;
    // §5.11: a connector id is above 0; the profile is a TxProfile, and its transaction does not exist yet.
    if (connectorId !== undefined && connectorId < 1) return 'connectorId must be above 0';
    if (chargingProfile && chargingProfile.chargingProfilePurpose !== 'TxProfile') return 'chargingProfile must be a TxProfile';
    if (chargingProfile?.transactionId !== undefined) return 'chargingProfile must not name a transaction';
  }
  // §5.18 and §5.17 speak of one connector.
  const connectorId: unknown = payload['connectorId'];
  const one = action === 'UnlockConnector' || action === 'TriggerMessage';
  return one && typeof connectorId === 'number' && connectorId < 1 ? 'connectorId must be above 0' : undefined;
}

/** The error that keeps a command from a station in this state (OCPP 1.6 §4.2), if one does. */
export function refusalBy(registration: Registration, action: Ocpp16Action) {
  if (registration === 'rejected') return csmsErrors.stationRejected();
  const remote = action === 'RemoteStartTransaction' || action === 'RemoteStopTransaction';
  return registration === 'pending' && remote ? csmsErrors.stationPending() : undefined;
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
