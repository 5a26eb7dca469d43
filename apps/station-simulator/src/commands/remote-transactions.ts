import type { ChargingProfile } from '@ampline/protocol-ocpp';
import { authorize, type Verdict } from '../authorization.js';
import type { SimulatedEvse } from '../simulated-evse.js';
import { ACCEPTED, byConnector, REJECTED, type CommandedStation, type CommandHandler } from './command-handler.js';

/** OCPP 1.6 §5.11: a charging profile that comes along is one of the transaction, which has no id yet. */
export const remoteStartTransaction: CommandHandler<'RemoteStartTransaction'> = (station, request) => {
  const { idTag, connectorId, chargingProfile } = request;
  const evse = remoteStartEvse(station, idTag, connectorId);
  const fitting = chargingProfile === undefined || isOfTransactionToCome(chargingProfile);
  if (evse === undefined || !station.parts.desk.online || !fitting) return { response: REJECTED };
  return { response: ACCEPTED, then: () => void remoteStart(station, evse, idTag, chargingProfile) };
};

export const remoteStopTransaction: CommandHandler<'RemoteStopTransaction'> = (station, request) => {
  const evse = station.evses.find(({ running }) => running?.ledger.transactionId === request.transactionId);
  if (evse === undefined || !station.parts.desk.online) return { response: REJECTED };
  return { response: ACCEPTED, then: () => evse.stop('Remote') };
};

function remoteStartEvse(station: CommandedStation, idToken: string, connectorId: number | undefined): SimulatedEvse | undefined {
  // The group is not known before somebody was asked: a reservation of it counts once it is.
  const able = (evse: SimulatedEvse) => evse.running === undefined && evse.operative;
  const admitted = (evse: SimulatedEvse) => able(evse) && station.parts.reservations.admit(evse.connectorId, { idToken });
  if (connectorId === undefined) return station.evses.find(admitted);
  const evse = byConnector(station, connectorId);
  return evse !== undefined && admitted(evse) ? evse : undefined;
}

function isOfTransactionToCome({ chargingProfilePurpose, transactionId }: ChargingProfile): boolean {
  return chargingProfilePurpose === 'TxProfile' && transactionId === undefined;
}

async function remoteStart(
  station: CommandedStation,
  evse: SimulatedEvse,
  idToken: string,
  profile: ChargingProfile | undefined,
): Promise<void> {
  const { configuration, chargingProfiles } = station.parts;
  evse.plugIn();
  const taken: Verdict = { authorization: 'accepted' };
  const verdict = configuration.isOn('AuthorizeRemoteTxRequests') ? await authorize(station.parts, idToken) : taken;
  if (verdict.authorization !== 'accepted' || evse.running !== undefined || !evse.operative) return;
  evse.start(idToken, verdict.parentIdToken);
  if (profile !== undefined) chargingProfiles.set({ connectorId: evse.connectorId, csChargingProfiles: profile });
}
