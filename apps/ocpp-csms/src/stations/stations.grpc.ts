import {
  MessageDirection,
  StationService,
  type BatchGetStationsRequest,
  type BatchGetStationsResponseSchema,
  type CountStationsRequest,
  type CountStationsResponseSchema,
  type CreateStationRequest,
  type CreateStationResponseSchema,
  type GetStationRequest,
  type GetStationResponseSchema,
  type ListMessagesRequest,
  type ListMessagesResponseSchema,
  type ListMeterValuesRequest,
  type ListMeterValuesResponseSchema,
  type ListStationsRequest,
  type ListStationsResponseSchema,
  type SetRegistrationRequest,
  type SetRegistrationResponseSchema,
  type SetStationPasswordRequest,
  type SetStationPasswordResponseSchema,
} from '@ampline/contracts';
import { Rpc, type RpcCall } from '@ampline/platform-grpc';
import { pageFrom, pageOf } from '@ampline/platform-postgres';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampDate } from '@bufbuild/protobuf/wkt';
import { Controller } from '@nestjs/common';
import { csmsErrors } from '../errors.js';
import { checkedFilter, checkedId, checkedIds, checkPassword, checkStation } from './field-checks.js';
import { ReadingsStore, type MessageFilter } from './readings.store.js';
import { StationCounts } from './station-counts.js';
import { checkedStationFilter, WANTED_REGISTRATION } from './station-filter.js';
import { StationStore } from './stations.store.js';

const DIRECTION: Record<MessageDirection, MessageFilter['direction']> = {
  [MessageDirection.UNSPECIFIED]: undefined,
  [MessageDirection.FROM_STATION]: 'from-station',
  [MessageDirection.TO_STATION]: 'to-station',
};

/** Charging stations, their raw messages and meter values. */
@Controller()
export class StationsGrpc {
  constructor(
    private readonly stations: StationStore,
    private readonly counts: StationCounts,
    private readonly readings: ReadingsStore,
  ) {}

  @Rpc(StationService.method.createStation)
  async createStation(request: CreateStationRequest, call: RpcCall): Promise<MessageInitShape<typeof CreateStationResponseSchema>> {
    const locationId = checkedId('location_id', request.locationId);
    checkStation(request);
    return { station: await this.stations.create(call, { ...request, locationId }) };
  }

  @Rpc(StationService.method.getStation)
  async getStation(request: GetStationRequest, call: RpcCall): Promise<MessageInitShape<typeof GetStationResponseSchema>> {
    const { stationId } = request;
    const identity = checkedFilter('identity', request.identity);
    if ((stationId === '') === (identity === undefined))
      throw csmsErrors.invalidField({ field: 'station_id', rule: 'either the id or the identity' });
    const by = identity === undefined ? { stationId: checkedId('station_id', stationId) } : { identity };
    return { station: await this.stations.get(call.tenantId, by) };
  }

  @Rpc(StationService.method.listStations)
  async listStations(request: ListStationsRequest, call: RpcCall): Promise<MessageInitShape<typeof ListStationsResponseSchema>> {
    const page = pageOf(request.page);
    const found = pageFrom(await this.stations.list(call.tenantId, checkedStationFilter(request), page), page, ({ key }) => key);
    return { stations: found.rows.map(({ item }) => item), page: found.page };
  }

  @Rpc(StationService.method.batchGetStations)
  async batchGetStations(
    request: BatchGetStationsRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof BatchGetStationsResponseSchema>> {
    return { stations: await this.stations.batch(call.tenantId, checkedIds('station_ids', request.stationIds)) };
  }

  @Rpc(StationService.method.countStations)
  countStations(request: CountStationsRequest, call: RpcCall): Promise<MessageInitShape<typeof CountStationsResponseSchema>> {
    return this.counts.of(call.tenantId, checkedIds('site_ids', request.siteIds));
  }

  @Rpc(StationService.method.setRegistration)
  async setRegistration(request: SetRegistrationRequest, call: RpcCall): Promise<MessageInitShape<typeof SetRegistrationResponseSchema>> {
    const registration = WANTED_REGISTRATION[request.registration];
    if (!registration) throw csmsErrors.invalidField({ field: 'registration', rule: 'accepted, pending or rejected' });
    return { station: await this.stations.setRegistration(call, checkedId('station_id', request.stationId), registration) };
  }

  @Rpc(StationService.method.setStationPassword)
  async setStationPassword(
    request: SetStationPasswordRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof SetStationPasswordResponseSchema>> {
    checkPassword(request.password);
    await this.stations.setPassword(call, checkedId('station_id', request.stationId), request.password);
    return {};
  }

  @Rpc(StationService.method.listMessages)
  async listMessages(request: ListMessagesRequest, call: RpcCall): Promise<MessageInitShape<typeof ListMessagesResponseSchema>> {
    const page = pageOf(request.page);
    const { receivedFrom, receivedBefore } = request;
    const filter: MessageFilter = {
      action: checkedFilter('action', request.action),
      direction: DIRECTION[request.direction],
      result: checkedFilter('result', request.result),
      text: checkedFilter('text', request.text),
      receivedFrom: receivedFrom && timestampDate(receivedFrom),
      receivedBefore: receivedBefore && timestampDate(receivedBefore),
    };
    const messages = await this.readings.messages(call.tenantId, checkedId('station_id', request.stationId), filter, page);
    const found = pageFrom(
      messages,
      page,
      ({ key }) => key,
      ({ fits }) => fits !== false,
    );
    return { messages: found.rows.map(({ item }) => item), page: found.page };
  }

  @Rpc(StationService.method.listMeterValues)
  async listMeterValues(request: ListMeterValuesRequest, call: RpcCall): Promise<MessageInitShape<typeof ListMeterValuesResponseSchema>> {
    const page = pageOf(request.page);
    const sessionId = checkedId('session_id', request.sessionId);
    const found = pageFrom(await this.readings.meterValues(call, sessionId, page), page, ({ key }) => key);
    return { meterValues: found.rows.map(({ item }) => item), page: found.page };
  }
}
