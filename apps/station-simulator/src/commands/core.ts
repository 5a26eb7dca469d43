import type { SimulatedEvse } from '../simulated-evse.js';
import { isAboutConnections } from '../security/connection-security.js';
import { ACCEPTED, byConnector, REJECTED, type CommandedStation, type CommandHandler, type Reply } from './command-handler.js';
import type { RequestOf } from '@ampline/protocol-ocpp';

const VENDOR = 'Ampline';

export const unlockConnector: CommandHandler<'UnlockConnector'> = (station, request) => {
  const evse = byConnector(station, request.connectorId);
  if (evse === undefined) return { response: { status: 'NotSupported' } };
  return { response: { status: 'Unlocked' }, then: () => unlock(evse) };
};

export const reset: CommandHandler<'Reset'> = (station, request) => ({
  response: ACCEPTED,
  then: () => station.reboot(request.type === 'Hard' ? 'HardReset' : 'SoftReset'),
});

export const changeConfiguration: CommandHandler<'ChangeConfiguration'> = (station, { key, value }) => {
  const { parts, connection } = station;
  const name = parts.configuration.nameOf(key);
  if (!isAboutConnections(name)) return { response: { status: parts.configuration.change(key, value) }, then: () => station.configured() };
  if (name === 'SecurityProfile' && !connection.canChangeTo(Number(value))) return { response: REJECTED };
  connection.remember();
  const status = parts.configuration.change(name, value);
  if (status !== 'Accepted') return { response: { status } };
  station.securityEvent('ReconfigurationOfSecurityParameters', name);
  return { response: { status }, then: () => station.reconnect() };
};

export const getConfiguration: CommandHandler<'GetConfiguration'> = (station, request) => ({
  response: station.parts.configuration.read(request.key),
});

export const clearCache: CommandHandler<'ClearCache'> = (station) => ({ response: station.parts.cache.clear() ? ACCEPTED : REJECTED });

export const dataTransfer: CommandHandler<'DataTransfer'> = (_station, request) => {
  if (request.vendorId !== VENDOR) return { response: { status: 'UnknownVendorId' } };
  if (request.messageId !== 'Echo') return { response: { status: 'UnknownMessageId' } };
  return { response: { status: 'Accepted', ...(request.data !== undefined && { data: request.data }) } };
};

export function changeAvailability(station: CommandedStation, request: RequestOf<'ChangeAvailability'>): Reply<'ChangeAvailability'> {
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

function unlock(evse: SimulatedEvse): void {
  if (evse.running !== undefined) evse.stop('UnlockCommand');
  evse.unplug();
}
