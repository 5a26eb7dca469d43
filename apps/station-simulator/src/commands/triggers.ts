import { ACCEPTED, byConnector, REJECTED, type CommandedStation, type CommandHandler } from './command-handler.js';
import type { RequestOf } from '@ampline/protocol-ocpp';

type Triggered = RequestOf<'TriggerMessage'>['requestedMessage'] | RequestOf<'ExtendedTriggerMessage'>['requestedMessage'];
type Trigger = (station: CommandedStation, connectorIds: readonly number[]) => void;

/** What is sent when somebody asks for it; `connectorIds` begin with 0 where no connector was named. */
const TRIGGERS: Readonly<Record<Triggered, Trigger>> = {
  BootNotification: (station) => station.boot(),
  Heartbeat: (station) => station.heartbeat(),
  StatusNotification: (station, connectorIds) => connectorIds.forEach((id) => station.reportStatus(id)),
  MeterValues: (station, connectorIds) => connectorIds.forEach((id) => byConnector(station, id)?.sample('Trigger')),
  DiagnosticsStatusNotification: ({ parts, uploads }) =>
    void parts.desk.ask('DiagnosticsStatusNotification', { status: uploads.diagnosticsStatus }, { always: true }),
  FirmwareStatusNotification: ({ parts, firmware }) =>
    void parts.desk.ask('FirmwareStatusNotification', { status: firmware.status }, { always: true }),
  LogStatusNotification: ({ parts, uploads }) => void parts.desk.ask('LogStatusNotification', uploads.logStatus, { always: true }),
  SignChargePointCertificate: ({ security }) => security.requestCertificate(),
};

export const triggerMessage: CommandHandler<'TriggerMessage'> = (station, request) => trigger(station, request);

/** Security whitepaper §4.4: firmware status in the words of signed updates. */
export const extendedTriggerMessage: CommandHandler<'ExtendedTriggerMessage'> = (station, request) => {
  if (request.requestedMessage !== 'FirmwareStatusNotification') return trigger(station, request);
  const { parts, firmware } = station;
  return {
    response: ACCEPTED,
    then: () => void parts.desk.ask('SignedFirmwareStatusNotification', firmware.signedStatus, { always: true }),
  };
};

function trigger(station: CommandedStation, { requestedMessage, connectorId }: { requestedMessage: Triggered; connectorId?: number }) {
  if (connectorId !== undefined && byConnector(station, connectorId) === undefined) return { response: REJECTED };
  const all = [0, ...station.evses.map((evse) => evse.connectorId)];
  return { response: ACCEPTED, then: () => TRIGGERS[requestedMessage](station, connectorId === undefined ? all : [connectorId]) };
}
