import { isJsonObject, OCPP16_ACTIONS, parseFrame, validateInbound, type Ocpp16Action } from '@ampline/protocol-ocpp';
import * as certificates from './commands/certificates.js';
import type { CommandAction, CommandedStation, CommandHandler } from './commands/command-handler.js';
import * as core from './commands/core.js';
import * as files from './commands/files.js';
import * as localList from './commands/local-list.js';
import * as transactions from './commands/remote-transactions.js';
import * as reservation from './commands/reservation.js';
import * as smartCharging from './commands/smart-charging.js';
import * as triggers from './commands/triggers.js';
import type { CommandAnswer } from './station-link.js';

/** What the station does when it is asked to, by action: every request of OCPP 1.6 and of its security whitepaper to a station. */
export const COMMAND_HANDLERS: { readonly [A in CommandAction]: CommandHandler<A> } = {
  CancelReservation: reservation.cancelReservation,
  CertificateSigned: certificates.certificateSigned,
  ChangeAvailability: core.changeAvailability,
  ChangeConfiguration: core.changeConfiguration,
  ClearCache: core.clearCache,
  ClearChargingProfile: smartCharging.clearChargingProfile,
  DataTransfer: core.dataTransfer,
  DeleteCertificate: certificates.deleteCertificate,
  ExtendedTriggerMessage: triggers.extendedTriggerMessage,
  GetCompositeSchedule: smartCharging.getCompositeSchedule,
  GetConfiguration: core.getConfiguration,
  GetDiagnostics: files.getDiagnostics,
  GetInstalledCertificateIds: certificates.getInstalledCertificateIds,
  GetLocalListVersion: localList.getLocalListVersion,
  GetLog: files.getLog,
  InstallCertificate: certificates.installCertificate,
  RemoteStartTransaction: transactions.remoteStartTransaction,
  RemoteStopTransaction: transactions.remoteStopTransaction,
  ReserveNow: reservation.reserveNow,
  Reset: core.reset,
  SendLocalList: localList.sendLocalList,
  SetChargingProfile: smartCharging.setChargingProfile,
  SignedUpdateFirmware: files.signedUpdateFirmware,
  TriggerMessage: triggers.triggerMessage,
  UnlockConnector: core.unlockConnector,
  UpdateFirmware: files.updateFirmware,
};

/** What the station answers to a request, held to the schema: feature profiles that its configuration does not name are not offered. */
export function answerCommand(station: CommandedStation, action: Ocpp16Action, rawFrame: string): CommandAnswer {
  const handler = offered(station, action)
    ? (COMMAND_HANDLERS[action as CommandAction] as CommandHandler<Ocpp16Action> | undefined)
    : undefined;
  if (handler === undefined) {
    return { answer: { outcome: 'error', code: 'NotSupported', description: 'This feature profile is not offered.', details: {} } };
  }
  const frame = parseFrame(rawFrame);
  const request = validateInbound(action, 'request', frame.kind === 'call' ? frame.payload : undefined, 'strict');
  if (!request.ok) {
    const { code, description } = request;
    return { answer: { outcome: 'error', code, description, details: isJsonObject(request.details) ? request.details : {} } };
  }
  const { response, then } = handler(station, request.payload as never);
  return { answer: { outcome: 'result', payloadJson: JSON.stringify(response) }, ...(then && { then }) };
}

/** The whitepaper's messages belong to no profile that `SupportedFeatureProfiles` could name. */
function offered(station: CommandedStation, action: Ocpp16Action): boolean {
  const { profile } = OCPP16_ACTIONS[action];
  return profile === 'Security' || station.parts.configuration.list('SupportedFeatureProfiles').includes(profile);
}
