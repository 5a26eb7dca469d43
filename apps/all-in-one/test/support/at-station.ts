import { beforeAll } from '@jest/globals';
import type { StationState } from '@ampline/contracts';
import type { Ocpp16Action, RequestOf, ResponseOf } from '@ampline/protocol-ocpp';
import type { SimulatedStation } from '@ampline/station-simulator';
import type { OcppStage } from './ocpp-stage.js';

/** A station of its own for a group of tests. */
export function atStation(stageOf: () => OcppStage, identity: string, profile: Parameters<OcppStage['simulate']>[1] = {}) {
  const at = {} as { simulated: SimulatedStation; station: StationState };
  beforeAll(async () => void Object.assign(at, await stageOf().simulate(identity, profile)));
  const command = <A extends Ocpp16Action>(action: A, payload: RequestOf<A>): Promise<ResponseOf<A>> =>
    stageOf().command(at.station.stationId, action, payload);
  const told = async (action: Ocpp16Action, field = 'status') =>
    (await stageOf().archived(at.station.stationId, action)).map(({ payload }) => payload[field]);
  const refused = (action: Ocpp16Action, payload: object) =>
    stageOf()
      .send(at.station.stationId, action, payload)
      .then(
        ({ errorCode }) => errorCode,
        (error: { code?: string }) => error.code,
      );
  const connectors = async () => {
    const { station } = await stageOf().stations.getStation({ stationId: at.station.stationId });
    return station?.evses.flatMap((evse) => evse.connectors) ?? [];
  };
  return { at, command, told, refused, connectors };
}
