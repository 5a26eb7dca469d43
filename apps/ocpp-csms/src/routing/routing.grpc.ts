import {
  BackEndKind,
  ProxyConnectionState,
  ProxyMode,
  RoutingService,
  type BackEndSchema,
  type CreateBackEndRequest,
  type CreateBackEndResponseSchema,
  type CreateMqttUserRequest,
  type CreateMqttUserResponseSchema,
  type DeleteBackEndRequest,
  type DeleteBackEndResponseSchema,
  type DeleteMqttUserRequest,
  type DeleteMqttUserResponseSchema,
  type GetStationRoutingRequest,
  type GetStationRoutingResponseSchema,
  type ListBackEndsRequest,
  type ListBackEndsResponseSchema,
  type ListMqttUsersRequest,
  type ListMqttUsersResponseSchema,
  type MqttUserSchema,
  type RotateBackEndSecretRequest,
  type RotateBackEndSecretResponseSchema,
  type RotateMqttPasswordRequest,
  type RotateMqttPasswordResponseSchema,
  type SetMqttUserStationsRequest,
  type SetMqttUserStationsResponseSchema,
  type SetStationBackEndRequest,
  type SetStationBackEndResponseSchema,
  type SetStationProxyRequest,
  type SetStationProxyResponseSchema,
  type StationRoutingSchema,
} from '@ampline/contracts';
import { Rpc, type RpcCall } from '@ampline/platform-grpc';
import { isOcpp16Action, ocpp16Action } from '@ampline/protocol-ocpp';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { Controller } from '@nestjs/common';
import { check, checkedId, checkedIds } from '../stations/field-checks.js';
import { BackEndStore, type BackEndRow } from './back-ends.store.js';
import { MqttUserStore, type MqttUserRow } from './mqtt-users.store.js';
import { mqttUsername } from './outside-secrets.js';
import { RoutingStore, type ProxyModeName, type RoutingRow } from './routing.store.js';

const KIND: Record<BackEndKind, 'nats' | 'http' | undefined> = {
  [BackEndKind.UNSPECIFIED]: undefined,
  [BackEndKind.NATS]: 'nats',
  [BackEndKind.HTTP]: 'http',
};
const MODE: Record<ProxyMode, ProxyModeName | undefined> = {
  [ProxyMode.UNSPECIFIED]: undefined,
  [ProxyMode.OFF]: 'off',
  [ProxyMode.MIRROR]: 'mirror',
  [ProxyMode.FORWARD]: 'forward',
};
const MODE_NUMBER: Record<ProxyModeName, ProxyMode> = { off: ProxyMode.OFF, mirror: ProxyMode.MIRROR, forward: ProxyMode.FORWARD };
const STATE: Record<NonNullable<RoutingRow['proxy_state']>, ProxyConnectionState> = {
  connecting: ProxyConnectionState.CONNECTING,
  connected: ProxyConnectionState.CONNECTED,
  failing: ProxyConnectionState.FAILING,
};

/** Back ends, MQTT users, and how stations are routed. */
@Controller()
export class RoutingGrpc {
  constructor(
    private readonly backEnds: BackEndStore,
    private readonly mqttUsers: MqttUserStore,
    private readonly routing: RoutingStore,
  ) {}

  @Rpc(RoutingService.method.listBackEnds)
  async listBackEnds(_: ListBackEndsRequest, call: RpcCall): Promise<MessageInitShape<typeof ListBackEndsResponseSchema>> {
    return { backEnds: (await this.backEnds.list(call.tenantId)).map(backEnd) };
  }

  @Rpc(RoutingService.method.createBackEnd)
  async createBackEnd(request: CreateBackEndRequest, call: RpcCall): Promise<MessageInitShape<typeof CreateBackEndResponseSchema>> {
    const { name, url } = request;
    const kind = KIND[request.kind];
    check('name', /^[a-z0-9-]{1,32}$/.test(name) && name !== 'csms', '1 to 32 small letters, digits and hyphens, not csms');
    check('kind', kind !== undefined, 'NATS or HTTP');
    if (kind === 'http') check('url', isUrl(url, ['http:', 'https:']), 'an http or https URL of at most 500 characters without user and #');
    else check('url', url === '', 'empty for kind NATS');
    const { row, secret } = await this.backEnds.create(call, { name, kind: kind ?? 'nats', url });
    return { backEnd: backEnd(row), secret };
  }

  @Rpc(RoutingService.method.rotateBackEndSecret)
  async rotateBackEndSecret(
    { backEndId }: RotateBackEndSecretRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof RotateBackEndSecretResponseSchema>> {
    return { secret: await this.backEnds.rotate(call, checkedId('back_end_id', backEndId)) };
  }

  @Rpc(RoutingService.method.deleteBackEnd)
  async deleteBackEnd({ backEndId }: DeleteBackEndRequest, call: RpcCall): Promise<MessageInitShape<typeof DeleteBackEndResponseSchema>> {
    await this.backEnds.remove(call, checkedId('back_end_id', backEndId));
    return {};
  }

  @Rpc(RoutingService.method.getStationRouting)
  async getStationRouting(
    { stationId }: GetStationRoutingRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof GetStationRoutingResponseSchema>> {
    return { routing: stationRouting(await this.routing.get(call.tenantId, checkedId('station_id', stationId))) };
  }

  @Rpc(RoutingService.method.setStationBackEnd)
  async setStationBackEnd(
    { stationId, backEndId, actions }: SetStationBackEndRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof SetStationBackEndResponseSchema>> {
    const id = checkedId('station_id', stationId);
    check('actions', actions.every(isOfStations), 'actions of OCPP 1.6 that stations send');
    const backEndOrCsms = backEndId === '' ? undefined : checkedId('back_end_id', backEndId);
    return { routing: stationRouting(await this.routing.setBackEnd(call, id, backEndOrCsms, [...new Set(actions)])) };
  }

  @Rpc(RoutingService.method.setStationProxy)
  async setStationProxy(request: SetStationProxyRequest, call: RpcCall): Promise<MessageInitShape<typeof SetStationProxyResponseSchema>> {
    const { url, username, password } = request;
    const mode = MODE[request.mode];
    check('mode', mode !== undefined, 'OFF, MIRROR or FORWARD');
    if (mode !== 'off' || url !== '')
      check('url', isUrl(url, ['ws:', 'wss:']), 'a ws or wss URL of at most 500 characters without user and #');
    check('username', /^[^\p{C}:]{0,100}$/u.test(username), 'at most 100 characters without colon');
    check('password', /^[\x20-\x7e]{0,100}$/.test(password ?? ''), 'at most 100 printable ASCII characters');
    const wanted = { mode: mode ?? 'off', url, username, password };
    return { routing: stationRouting(await this.routing.setProxy(call, checkedId('station_id', request.stationId), wanted)) };
  }

  @Rpc(RoutingService.method.listMqttUsers)
  async listMqttUsers(_: ListMqttUsersRequest, call: RpcCall): Promise<MessageInitShape<typeof ListMqttUsersResponseSchema>> {
    return { mqttUsers: (await this.mqttUsers.list(call.tenantId)).map(mqttUser) };
  }

  @Rpc(RoutingService.method.createMqttUser)
  async createMqttUser(
    { name, stationIds }: CreateMqttUserRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof CreateMqttUserResponseSchema>> {
    check('name', /^[A-Za-z0-9_-]{1,64}$/.test(name), '1 to 64 letters, digits, hyphens and underscores');
    const { row, password } = await this.mqttUsers.create(call, name, checkedIds('station_ids', stationIds));
    return { mqttUser: mqttUser(row), password };
  }

  @Rpc(RoutingService.method.setMqttUserStations)
  async setMqttUserStations(
    { mqttUserId, stationIds }: SetMqttUserStationsRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof SetMqttUserStationsResponseSchema>> {
    const id = checkedId('mqtt_user_id', mqttUserId);
    return { mqttUser: mqttUser(await this.mqttUsers.setStations(call, id, checkedIds('station_ids', stationIds))) };
  }

  @Rpc(RoutingService.method.rotateMqttPassword)
  async rotateMqttPassword(
    { mqttUserId }: RotateMqttPasswordRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof RotateMqttPasswordResponseSchema>> {
    return { password: await this.mqttUsers.rotate(call, checkedId('mqtt_user_id', mqttUserId)) };
  }

  @Rpc(RoutingService.method.deleteMqttUser)
  async deleteMqttUser(
    { mqttUserId }: DeleteMqttUserRequest,
    call: RpcCall,
  ): Promise<MessageInitShape<typeof DeleteMqttUserResponseSchema>> {
    await this.mqttUsers.remove(call, checkedId('mqtt_user_id', mqttUserId));
    return {};
  }
}

function isOfStations(action: string): boolean {
  return isOcpp16Action(action) && ocpp16Action(action).direction !== 'to-station';
}

function isUrl(text: string, protocols: readonly string[]): boolean {
  const url = URL.parse(text);
  if (url === null || text.length > 500 || !protocols.includes(url.protocol)) return false;
  return url.username === '' && url.password === '' && !text.includes('#');
}

function backEnd(row: BackEndRow): MessageInitShape<typeof BackEndSchema> {
  return {
    backEndId: row.back_end_id,
    name: row.name,
    kind: row.kind === 'nats' ? BackEndKind.NATS : BackEndKind.HTTP,
    url: row.url ?? '',
    stations: row.stations,
    createdAt: timestampFromDate(row.created_at),
  };
}

function mqttUser(row: MqttUserRow): MessageInitShape<typeof MqttUserSchema> {
  return {
    mqttUserId: row.mqtt_user_id,
    name: row.name,
    username: mqttUsername(row.tenant, row.name),
    stationIds: row.station_ids,
    createdAt: timestampFromDate(row.created_at),
  };
}

function stationRouting(row: RoutingRow): MessageInitShape<typeof StationRoutingSchema> {
  const { proxy_state: state, proxy_state_at: at } = row;
  return {
    stationId: row.station_id,
    ...(row.back_end && { backEnd: backEnd(row.back_end) }),
    actions: row.actions,
    proxyMode: MODE_NUMBER[row.proxy_mode],
    proxyUrl: row.proxy_url ?? '',
    proxyUsername: row.proxy_username ?? '',
    hasProxyPassword: row.has_proxy_password,
    ...(state !== null &&
      at !== null && {
        proxyConnection: { state: STATE[state], reason: row.proxy_reason ?? '', dropped: row.proxy_dropped, at: timestampFromDate(at) },
      }),
    ...(row.mqtt_user && { mqttUser: mqttUser(row.mqtt_user) }),
    mqttTopics: row.topics,
  };
}
