import {
  QuirkOverride,
  QuirkService,
  type GetStationQuirksRequest,
  type GetStationQuirksResponseSchema,
  type ListQuirksRequest,
  type ListQuirksResponseSchema,
  type OverrideStationQuirkRequest,
  type OverrideStationQuirkResponseSchema,
  type StationQuirkSchema,
} from '@ampline/contracts';
import { Rpc, type RpcCall } from '@ampline/platform-grpc';
import { fits, isQuirk, QUIRK_CATALOGUE, QUIRKS, type Quirk } from '@ampline/protocol-ocpp';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { Controller } from '@nestjs/common';
import { csmsErrors } from '../errors.js';
import { checkedId } from '../stations/field-checks.js';
import { QuirkStore, STATIONS_SHOWN, type Override, type StationQuirks } from './quirks.store.js';

const OVERRIDES: Partial<Record<QuirkOverride, Override>> = {
  [QuirkOverride.NONE]: 'none',
  [QuirkOverride.ON]: 'on',
  [QuirkOverride.OFF]: 'off',
};
const NAMES = Object.keys(QUIRKS).filter(isQuirk);

/** What stations do otherwise than OCPP says. */
@Controller()
export class QuirksGrpc {
  constructor(private readonly store: QuirkStore) {}

  @Rpc(QuirkService.method.listQuirks)
  async listQuirks(_request: ListQuirksRequest, call: RpcCall): Promise<MessageInitShape<typeof ListQuirksResponseSchema>> {
    const { makes, inForce } = await this.store.fleet(call.tenantId);
    return {
      quirks: NAMES.map((name) => {
        const { does, handling, clause } = QUIRKS[name];
        return { name, does, handling, clause, stationCount: inForce.get(name) ?? 0 };
      }),
      entries: QUIRK_CATALOGUE.map(({ quirks, sources, ...entry }) => {
        const fitting = makes.filter((make) => fits({ ...entry, quirks, sources }, make));
        const stationCount = fitting.reduce((sum, { stations }) => sum + stations, 0);
        const stationIds = fitting.flatMap((make) => make.stationIds).slice(0, STATIONS_SHOWN);
        return { ...entry, quirks: [...quirks], sources: [...sources], stationCount, stationIds };
      }),
    };
  }

  @Rpc(QuirkService.method.getStationQuirks)
  async getStationQuirks(
    request: GetStationQuirksRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof GetStationQuirksResponseSchema>> {
    const quirks = await this.store.get(call.tenantId, checkedId('station_id', request.stationId));
    return { quirks: NAMES.map((name) => stationQuirk(name, quirks)) };
  }

  @Rpc(QuirkService.method.overrideStationQuirk)
  async overrideStationQuirk(
    request: OverrideStationQuirkRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof OverrideStationQuirkResponseSchema>> {
    const stationId = checkedId('station_id', request.stationId);
    const quirk = NAMES.find((name) => name === request.quirk);
    const override = OVERRIDES[request.override];
    if (quirk === undefined) throw csmsErrors.invalidField({ field: 'quirk', rule: `one of ${NAMES.join(', ')}` });
    if (override === undefined) throw csmsErrors.invalidField({ field: 'override', rule: 'NONE, ON or OFF' });
    return { quirk: stationQuirk(quirk, await this.store.override(call, stationId, quirk, override)) };
  }
}

function stationQuirk(name: Quirk, { inForce, catalogued, on, off }: StationQuirks): MessageInitShape<typeof StationQuirkSchema> {
  const override = on.includes(name) ? QuirkOverride.ON : off.includes(name) ? QuirkOverride.OFF : QuirkOverride.NONE;
  return { name, inForce: inForce.includes(name), inCatalogue: catalogued.includes(name), override };
}
