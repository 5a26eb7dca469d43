import type * as wire from 'typed-ocpp/dist/ocpp16/types.js';
import type { Ocpp16Action } from './actions.js';

/** Requests and responses by action, as the schemas have them. */
interface Messages {
  Authorize: { request: wire.AuthorizeRequest; response: wire.AuthorizeResponse };
  BootNotification: { request: wire.BootNotificationRequest; response: wire.BootNotificationResponse };
  CancelReservation: { request: wire.CancelReservationRequest; response: wire.CancelReservationResponse };
  CertificateSigned: { request: wire.CertificateSignedRequest; response: wire.CertificateSignedResponse };
  ChangeAvailability: { request: wire.ChangeAvailabilityRequest; response: wire.ChangeAvailabilityResponse };
  ChangeConfiguration: { request: wire.ChangeConfigurationRequest; response: wire.ChangeConfigurationResponse };
  ClearCache: { request: wire.ClearCacheRequest; response: wire.ClearCacheResponse };
  ClearChargingProfile: { request: wire.ClearChargingProfileRequest; response: wire.ClearChargingProfileResponse };
  DataTransfer: { request: wire.DataTransferRequest; response: wire.DataTransferResponse };
  DeleteCertificate: { request: wire.DeleteCertificateRequest; response: wire.DeleteCertificateResponse };
  DiagnosticsStatusNotification: {
    request: wire.DiagnosticsStatusNotificationRequest;
    response: wire.DiagnosticsStatusNotificationResponse;
  };
  ExtendedTriggerMessage: { request: wire.ExtendedTriggerMessageRequest; response: wire.ExtendedTriggerMessageResponse };
  FirmwareStatusNotification: { request: wire.FirmwareStatusNotificationRequest; response: wire.FirmwareStatusNotificationResponse };
  GetCompositeSchedule: { request: wire.GetCompositeScheduleRequest; response: wire.GetCompositeScheduleResponse };
  GetConfiguration: { request: wire.GetConfigurationRequest; response: wire.GetConfigurationResponse };
  GetDiagnostics: { request: wire.GetDiagnosticsRequest; response: wire.GetDiagnosticsResponse };
  GetInstalledCertificateIds: { request: wire.GetInstalledCertificateIdsRequest; response: wire.GetInstalledCertificateIdsResponse };
  GetLocalListVersion: { request: wire.GetLocalListVersionRequest; response: wire.GetLocalListVersionResponse };
  GetLog: { request: wire.GetLogRequest; response: wire.GetLogResponse };
  Heartbeat: { request: wire.HeartbeatRequest; response: wire.HeartbeatResponse };
  InstallCertificate: { request: wire.InstallCertificateRequest; response: wire.InstallCertificateResponse };
  LogStatusNotification: { request: wire.LogStatusNotificationRequest; response: wire.LogStatusNotificationResponse };
  MeterValues: { request: wire.MeterValuesRequest; response: wire.MeterValuesResponse };
  RemoteStartTransaction: { request: wire.RemoteStartTransactionRequest; response: wire.RemoteStartTransactionResponse };
  RemoteStopTransaction: { request: wire.RemoteStopTransactionRequest; response: wire.RemoteStopTransactionResponse };
  ReserveNow: { request: wire.ReserveNowRequest; response: wire.ReserveNowResponse };
  Reset: { request: wire.ResetRequest; response: wire.ResetResponse };
  SecurityEventNotification: { request: wire.SecurityEventNotificationRequest; response: wire.SecurityEventNotificationResponse };
  SendLocalList: { request: wire.SendLocalListRequest; response: wire.SendLocalListResponse };
  SetChargingProfile: { request: wire.SetChargingProfileRequest; response: wire.SetChargingProfileResponse };
  SignCertificate: { request: wire.SignCertificateRequest; response: wire.SignCertificateResponse };
  SignedFirmwareStatusNotification: {
    request: wire.SignedFirmwareStatusNotificationRequest;
    response: wire.SignedFirmwareStatusNotificationResponse;
  };
  SignedUpdateFirmware: { request: wire.SignedUpdateFirmwareRequest; response: wire.SignedUpdateFirmwareResponse };
  StartTransaction: { request: wire.StartTransactionRequest; response: wire.StartTransactionResponse };
  StatusNotification: { request: wire.StatusNotificationRequest; response: wire.StatusNotificationResponse };
  StopTransaction: { request: wire.StopTransactionRequest; response: wire.StopTransactionResponse };
  TriggerMessage: { request: wire.TriggerMessageRequest; response: wire.TriggerMessageResponse };
  UnlockConnector: { request: wire.UnlockConnectorRequest; response: wire.UnlockConnectorResponse };
  UpdateFirmware: { request: wire.UpdateFirmwareRequest; response: wire.UpdateFirmwareResponse };
}

export type MessageKind = 'request' | 'response';

/** What we may send: `RequestOf<'StartTransaction'>`. */
export type RequestOf<A extends Ocpp16Action> = Messages[A]['request'];
export type ResponseOf<A extends Ocpp16Action> = Messages[A]['response'];
export type MessageOf<A extends Ocpp16Action, K extends MessageKind> = Messages[A][K];

/**
 * What we may receive: the same shape, but a text can be any text, since unknown values of descriptive fields are accepted.
 * The known values stay suggested, and comparing with them stays checked.
 */
export type Loose<T> = T extends string
  ? T | (string & {})
  : T extends readonly (infer Item)[]
    ? Loose<Item>[]
    : T extends object
      ? { [P in keyof T]: Loose<T[P]> }
      : T;

export type ReceivedRequest<A extends Ocpp16Action> = Loose<RequestOf<A>>;
export type ReceivedResponse<A extends Ocpp16Action> = Loose<ResponseOf<A>>;
export type Received<A extends Ocpp16Action, K extends MessageKind> = Loose<MessageOf<A, K>>;

export type MeterValue = RequestOf<'MeterValues'>['meterValue'][number];
export type SampledValue = MeterValue['sampledValue'][number];
export type IdTagInfo = ResponseOf<'Authorize'>['idTagInfo'];
export type ChargingProfile = RequestOf<'SetChargingProfile'>['csChargingProfiles'];
