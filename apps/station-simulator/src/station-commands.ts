import { isJsonObject, parseFrame, validateInbound, type Ocpp16Action, type RequestOf, type ResponseOf } from '@ampline/protocol-ocpp';
import type { StopReason } from '@ampline/protocol-ocpp';
import { authorize } from './charging-cycle.js';
import type { SimulatedEvse } from './simulated-evse.js';
import type { CommandAnswer } from './station-link.js';
import type { StationParts } from './station-parts.js';

/** The station as remote commands see it. */
export interface CommandedStation {
  readonly parts: StationParts;
  readonly evses: readonly SimulatedEvse[];
  operative: boolean;
  boot(): void;
  heartbeat(): void;
  reportStatus(connectorId: number): void;
  /** Ends transactions, goes away, and boots. */
  reboot(reason: Extract<StopReason, 'SoftReset' | 'HardReset'>): void;
  /** Ran through in the background: status notifications of a diagnostics upload or a firmware update. */
  upload(): void;
  install(): void;
  diagnosticsStatus(): RequestOf<'DiagnosticsStatusNotification'>['status'];
  firmwareStatus(): RequestOf<'FirmwareStatusNotification'>['status'];
}

interface Reply<A extends Ocpp16Action> {
  response: ResponseOf<A>;
  then?: () => void;
}

type Handlers = { [A in Ocpp16Action]?: (station: CommandedStation, request: RequestOf<A>) => Reply<A> };

const VENDOR = 'Ampline';
const ACCEPTED = { status: 'Accepted' } as const;
const REJECTED = { status: 'Rejected' } as const;

const HANDLERS: Handlers = {
  RemoteStartTransaction: (station, request) => {
    const evse = remoteStartEvse(station, request.connectorId);
    if (evse === undefined || !station.parts.desk.online) return { response: REJECTED };
    return { response: ACCEPTED, then: () => void remoteStart(station, evse, request.idTag) };
  },
  RemoteStopTransaction: (station, request) => {
    const evse = station.evses.find(({ running }) => running?.ledger.transactionId === request.transactionId);
    if (evse === undefined || !station.parts.desk.online) return { response: REJECTED };
    return { response: ACCEPTED, then: () => evse.stop('Remote') };
  },
  UnlockConnector: (station, request) => {
    const evse = byConnector(station, request.connectorId);
    if (evse === undefined) return { response: { status: 'NotSupported' } };
    return { response: { status: 'Unlocked' }, then: () => unlock(evse) };
  },
  Reset: (station, request) => ({
    response: ACCEPTED,
    then: () => station.reboot(request.type === 'Hard' ? 'HardReset' : 'SoftReset'),
  }),
  ChangeAvailability: (station, request) => changeAvailability(station, request),
  ChangeConfiguration: (station, request) => ({ response: { status: station.parts.configuration.change(request.key, request.value) } }),
  GetConfiguration: (station, request) => ({ response: station.parts.configuration.read(request.key) }),
  ClearCache: () => ({ response: ACCEPTED }),
  DataTransfer: (_station, request) => {
    if (request.vendorId !== VENDOR) return { response: { status: 'UnknownVendorId' } };
    if (request.messageId !== 'Echo') return { response: { status: 'UnknownMessageId' } };
    return { response: { status: 'Accepted', ...(request.data !== undefined && { data: request.data }) } };
  },
  TriggerMessage: (station, request) => trigger(station, request),
  GetDiagnostics: (station) => ({
    response: { fileName: `${station.parts.name.identity}.log` },
    then: () => station.upload(),
  }),
  UpdateFirmware: (station) => ({ response: {}, then: () => station.install() }),
};

/** What the station answers to a request, held to the schema: firmware of feature profiles that it does not have is not offered. */
export function answerCommand(station: CommandedStation, action: Ocpp16Action, rawFrame: string): CommandAnswer {
  const handler = HANDLERS[action] as ((station: CommandedStation, request: unknown) => Reply<Ocpp16Action>) | undefined;
  if (handler === undefined) {
    return { answer: { outcome: 'error', code: 'NotSupported', description: 'This feature profile is not offered.', details: {} } };
  }
  const frame = parseFrame(rawFrame);
  const request = validateInbound(action, 'request', frame.kind === 'call' ? frame.payload : undefined, 'strict');
  if (!request.ok) {
    const { code, description } = request;
    return { answer: { outcome: 'error', code, description, details: isJsonObject(request.details) ? request.details : {} } };
  }
  const { response, then } = handler(station, request.payload);
  return { answer: { outcome: 'result', payloadJson: JSON.stringify(response) }, ...(then && { then }) };
}

function byConnector(station: CommandedStation, connectorId: number): SimulatedEvse | undefined {
  return station.evses.find((evse) => evse.connectorId === connectorId);
}

function remoteStartEvse(station: CommandedStation, connectorId: number | undefined): SimulatedEvse | undefined {
  const able = (evse: SimulatedEvse) => evse.running === undefined && evse.operative;
  if (connectorId === undefined) return station.evses.find(able);
  const evse = byConnector(station, connectorId);
  return evse !== undefined && able(evse) ? evse : undefined;
}

async function remoteStart(station: CommandedStation, evse: SimulatedEvse, idToken: string): Promise<void> {
  const { configuration } = station.parts;
  evse.plugIn();
  const judged = configuration.isOn('AuthorizeRemoteTxRequests') ? await authorize(station.parts, idToken) : 'accepted';
  if (judged === 'accepted' && evse.running === undefined && evse.operative) evse.start(idToken);
}

function unlock(evse: SimulatedEvse): void {
  if (evse.running !== undefined) evse.stop('UnlockCommand');
  evse.unplug();
}

function changeAvailability(station: CommandedStation, request: RequestOf<'ChangeAvailability'>): Reply<'ChangeAvailability'> {
  const operative = request.type === 'Operative';
  if (request.connectorId === 0) {
    const scheduled = station.evses.some(({ running }) => !operative && running !== undefined);
    return {
      response: { status: scheduled ? 'Scheduled' : 'Accepted' },
      then: () => {
        station.operative = operative;
        for (const evse of station.evses) evse.setOperative(operative);
        station.reportStatus(0);
      },
    };
  }
  const evse = byConnector(station, request.connectorId);
  if (evse === undefined) return { response: REJECTED };
  const scheduled = !operative && evse.running !== undefined;
  return { response: { status: scheduled ? 'Scheduled' : 'Accepted' }, then: () => void evse.setOperative(operative) };
}

function trigger(station: CommandedStation, request: RequestOf<'TriggerMessage'>): Reply<'TriggerMessage'> {
  const { requestedMessage, connectorId } = request;
  const { desk } = station.parts;
  if (connectorId !== undefined && byConnector(station, connectorId) === undefined) return { response: REJECTED };
  const connectors = connectorId === undefined ? station.evses.map((evse) => evse.connectorId) : [connectorId];
  switch (requestedMessage) {
    case 'BootNotification':
      return { response: ACCEPTED, then: () => station.boot() };
    case 'Heartbeat':
      return { response: ACCEPTED, then: () => station.heartbeat() };
    case 'StatusNotification':
      return {
        response: ACCEPTED,
        then: () => (connectorId === undefined ? [0, ...connectors] : connectors).forEach((id) => station.reportStatus(id)),
      };
    case 'MeterValues':
      return { response: ACCEPTED, then: () => connectors.forEach((id) => byConnector(station, id)?.sample('Trigger')) };
    case 'DiagnosticsStatusNotification':
      return {
        response: ACCEPTED,
        then: () => void desk.ask('DiagnosticsStatusNotification', { status: station.diagnosticsStatus() }, { always: true }),
      };
    case 'FirmwareStatusNotification':
      return {
        response: ACCEPTED,
        then: () => void desk.ask('FirmwareStatusNotification', { status: station.firmwareStatus() }, { always: true }),
      };
    default:
      return { response: { status: 'NotImplemented' } };
  }
}
