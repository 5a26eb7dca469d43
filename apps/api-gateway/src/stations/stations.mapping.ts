import {
  MessageDirection as DirectionValue,
  RegistrationStatus,
  type ConnectorState,
  type EvseState,
  type MessageTelemetry,
  type OcppMessage as OcppMessageMessage,
  type StationCounts as StationCountsMessage,
} from '@ampline/contracts';
import type { Connector, ConnectorStatus, Evse, MessageDirection, OcppMessage, Registration, StationCounts } from '../generated/graphql.js';
import { enumPair } from '../mapping/enum-pair.js';
import { iso, isoOrNull, textOrNull } from '../mapping/values.js';

export const registrations = enumPair<RegistrationStatus, Registration>()({
  [RegistrationStatus.UNSPECIFIED]: undefined,
  [RegistrationStatus.ACCEPTED]: 'ACCEPTED',
  [RegistrationStatus.PENDING]: 'PENDING',
  [RegistrationStatus.REJECTED]: 'REJECTED',
});

export const directions = enumPair<DirectionValue, MessageDirection>()({
  [DirectionValue.UNSPECIFIED]: undefined,
  [DirectionValue.FROM_STATION]: 'FROM_STATION',
  [DirectionValue.TO_STATION]: 'TO_STATION',
});

const LIVE_DIRECTION: Record<MessageTelemetry['direction'], MessageDirection> = {
  'from-station': 'FROM_STATION',
  'to-station': 'TO_STATION',
};

/** OCPP 1.6 ChargePointStatus. */
const STATUS_TEXT: Record<ConnectorStatus, string> = {
  AVAILABLE: 'Available',
  PREPARING: 'Preparing',
  CHARGING: 'Charging',
  SUSPENDED_EV: 'SuspendedEV',
  SUSPENDED_EVSE: 'SuspendedEVSE',
  FINISHING: 'Finishing',
  RESERVED: 'Reserved',
  UNAVAILABLE: 'Unavailable',
  FAULTED: 'Faulted',
  UNKNOWN: 'Unknown',
};
const STATUS_OF = new Map(Object.entries(STATUS_TEXT).map(([status, text]) => [text, status as ConnectorStatus]));
/** Counted under this one: connectors of stations that are not connected. */
const OFFLINE = 'Offline';

export function statusText(status: ConnectorStatus): string {
  return STATUS_TEXT[status];
}

/** UNKNOWN for a status that OCPP 1.6 does not have. */
export function connectorStatus(text: string): ConnectorStatus {
  return STATUS_OF.get(text) ?? 'UNKNOWN';
}

export function evse({ evseId, number, code, connectors }: EvseState): Evse {
  return { id: evseId, number, code: textOrNull(code), connectors: connectors.map(connector) };
}

function connector({ connectorId, status, statusAt, maxPowerW, number, errorCode, type, operative }: ConnectorState): Connector {
  return {
    id: connectorId,
    number,
    status: connectorStatus(status),
    errorCode: errorCode === '' ? 'NoError' : errorCode,
    statusAt: isoOrNull(statusAt),
    type,
    maxPowerW,
    operative,
  };
}

/** Zero of everything without an answer: a site without stations is not counted. */
export function stationCounts(counts: StationCountsMessage | undefined): StationCounts {
  const connectors = counts?.connectors ?? [];
  const offline = connectors.find(({ status }) => status === OFFLINE);
  return {
    stations: Number(counts?.stations ?? 0),
    online: Number(counts?.online ?? 0),
    pending: Number(counts?.pending ?? 0),
    faulted: Number(counts?.faulted ?? 0),
    connectors: connectors
      .filter((count) => count !== offline)
      .map((count) => ({ status: connectorStatus(count.status), count: Number(count.connectors) })),
    connectorsOffline: Number(offline?.connectors ?? 0),
  };
}

export function ocppMessage(stationId: string, message: OcppMessageMessage): OcppMessage {
  const { action, messageId, requestFrame, result, deviations } = message;
  return {
    id: message.messageUuid,
    stationId,
    receivedAt: iso(message.receivedAt),
    direction: directions.word(message.direction),
    action,
    messageId,
    requestFrame,
    responseFrame: textOrNull(message.responseFrame),
    result,
    deviations,
  };
}

export function liveMessage(message: MessageTelemetry): OcppMessage {
  const { messageUuid, responseFrame, direction, ...same } = message;
  return { ...same, id: messageUuid, responseFrame: textOrNull(responseFrame), direction: LIVE_DIRECTION[direction] };
}
