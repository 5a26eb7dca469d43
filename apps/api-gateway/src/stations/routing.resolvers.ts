import { BackEndKind, ProxyConnectionState, ProxyMode, type BackEndSecret, type StationRouting } from '@ampline/contracts';
import type {
  BackEndKind as BackEndKindWord,
  ProxyConnectionState as ProxyConnectionStateWord,
  ProxyMode as ProxyModeWord,
  Resolvers,
} from '../generated/graphql.js';
import { enumPair } from '../mapping/enum-pair.js';
import { iso, present, textOf, textOrNull } from '../mapping/values.js';

const kinds = enumPair<BackEndKind, BackEndKindWord>()({
  [BackEndKind.UNSPECIFIED]: undefined,
  [BackEndKind.NATS]: 'NATS',
  [BackEndKind.HTTP]: 'HTTP',
});
const modes = enumPair<ProxyMode, ProxyModeWord>()({
  [ProxyMode.UNSPECIFIED]: undefined,
  [ProxyMode.OFF]: 'OFF',
  [ProxyMode.MIRROR]: 'MIRROR',
  [ProxyMode.FORWARD]: 'FORWARD',
});
const states = enumPair<ProxyConnectionState, ProxyConnectionStateWord>()({
  [ProxyConnectionState.UNSPECIFIED]: undefined,
  [ProxyConnectionState.CONNECTING]: 'CONNECTING',
  [ProxyConnectionState.CONNECTED]: 'CONNECTED',
  [ProxyConnectionState.FAILING]: 'FAILING',
});

function secretOf(secret: BackEndSecret | undefined) {
  const { username, secret: text } = present(secret);
  return { username: textOrNull(username), secret: text };
}

async function routingOf(answer: Promise<{ routing?: StationRouting | undefined }>): Promise<StationRouting> {
  return present((await answer).routing);
}

/** All of routing.graphql. */
export const routingResolvers: Resolvers = {
  Query: {
    backEnds: async (_, __, { doors }) => (await doors.routing.listBackEnds({})).backEnds,
    mqttUsers: async (_, __, { doors }) => (await doors.routing.listMqttUsers({})).mqttUsers,
    stationRouting: (_, { stationId }, { doors }) => routingOf(doors.routing.getStationRouting({ stationId })),
  },
  Mutation: {
    createBackEnd: async (_, { name, kind, url }, { doors }) => {
      const made = await doors.routing.createBackEnd({ name, kind: kinds.value(kind), url: textOf(url) });
      return { backEnd: present(made.backEnd), secret: secretOf(made.secret) };
    },
    rotateBackEndSecret: async (_, { id }, { doors }) => secretOf((await doors.routing.rotateBackEndSecret({ backEndId: id })).secret),
    deleteBackEnd: async (_, { id }, { doors }) => {
      await doors.routing.deleteBackEnd({ backEndId: id });
      return true;
    },
    setStationBackEnd: (_, { stationId, backEndId, actions }, { doors }) =>
      routingOf(doors.routing.setStationBackEnd({ stationId, backEndId: textOf(backEndId), actions: actions ?? [] })),
    setStationProxy: (_, { stationId, input }, { doors }) => {
      const { mode, url, username, password } = input;
      const wanted = { mode: modes.value(mode), url: textOf(url), username: textOf(username) };
      return routingOf(doors.routing.setStationProxy({ stationId, ...wanted, ...(typeof password === 'string' && { password }) }));
    },
    createMqttUser: async (_, { name, stationIds }, { doors }) => {
      const { mqttUser, password } = await doors.routing.createMqttUser({ name, stationIds });
      return { mqttUser: present(mqttUser), password };
    },
    setMqttUserStations: async (_, { id, stationIds }, { doors }) =>
      present((await doors.routing.setMqttUserStations({ mqttUserId: id, stationIds })).mqttUser),
    rotateMqttPassword: async (_, { id }, { doors }) => (await doors.routing.rotateMqttPassword({ mqttUserId: id })).password,
    deleteMqttUser: async (_, { id }, { doors }) => {
      await doors.routing.deleteMqttUser({ mqttUserId: id });
      return true;
    },
  },
  BackEnd: {
    id: ({ backEndId }) => backEndId,
    kind: ({ kind }) => kinds.word(kind),
    url: ({ url }) => textOrNull(url),
    createdAt: ({ createdAt }) => iso(createdAt),
  },
  MqttUser: {
    id: ({ mqttUserId }) => mqttUserId,
    createdAt: ({ createdAt }) => iso(createdAt),
  },
  ProxyConnection: {
    state: ({ state }) => states.word(state),
    reason: ({ reason }) => textOrNull(reason),
    at: ({ at }) => iso(at),
  },
  StationRouting: {
    backEnd: ({ backEnd }) => backEnd ?? null,
    proxyMode: ({ proxyMode }) => modes.word(proxyMode),
    proxyUrl: ({ proxyUrl }) => textOrNull(proxyUrl),
    proxyUsername: ({ proxyUsername }) => textOrNull(proxyUsername),
    proxyConnection: ({ proxyConnection }) => proxyConnection ?? null,
    mqttUser: ({ mqttUser }) => mqttUser ?? null,
  },
};
