import { BackEndKind, ProxyConnectionState, ProxyMode } from '@ampline/contracts';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { ServiceAnswers } from './stand-ins.js';

const AT = timestampFromDate(new Date('2026-03-01T10:00:00Z'));
const STATION = '019f0000-0000-7000-8000-000000000000';

const backEnd = { backEndId: 'b1', name: 'Partner', kind: BackEndKind.HTTP, url: 'https://partner.example', stations: 2, createdAt: AT };
const secret = { username: 'partner', secret: 'secret' };
const mqttUser = { mqttUserId: 'm1', name: 'Depot', username: 'demo-depot', stationIds: [STATION], createdAt: AT };
const routing = {
  stationId: STATION,
  backEnd,
  actions: ['Heartbeat'],
  proxyMode: ProxyMode.MIRROR,
  proxyUrl: 'wss://second.example',
  proxyUsername: 'X',
  hasProxyPassword: true,
  proxyConnection: { state: ProxyConnectionState.FAILING, reason: 'refused', dropped: 3, at: AT },
  mqttUser,
  mqttTopics: ['ocpp/demo/X/in'],
};

/** Back ends of others, MQTT users and how a station is routed, one of each. */
export function routes(): ServiceAnswers['routing'] {
  return {
    listBackEnds: () => ({ backEnds: [backEnd] }),
    createBackEnd: () => ({ backEnd, secret }),
    rotateBackEndSecret: () => ({ secret }),
    deleteBackEnd: () => ({}),
    getStationRouting: () => ({ routing }),
    setStationBackEnd: () => ({ routing }),
    setStationProxy: () => ({ routing }),
    listMqttUsers: () => ({ mqttUsers: [mqttUser] }),
    createMqttUser: () => ({ mqttUser, password: 'secret' }),
    setMqttUserStations: () => ({ mqttUser }),
    rotateMqttPassword: () => ({ password: 'secret' }),
    deleteMqttUser: () => ({}),
  };
}
