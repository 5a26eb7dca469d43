import { declareErrors } from '@ampline/kernel-errors';

/** Of back ends, MQTT users and proxies. */
export const routingErrors = declareErrors('csms.routing', {
  backEndUnknown: {
    kind: 'not-found',
    level: 'info',
    message: 'There is no such back end.',
    mend: 'List the back ends of the tenant.',
  },
  backEndNameTaken: {
    kind: 'conflict',
    level: 'info',
    message: 'Another back end of the tenant has this name.',
    mend: 'Choose another name, or use the back end that exists.',
  },
  backEndInUse: {
    kind: 'conflict',
    level: 'info',
    message: 'Stations are routed to this back end.',
    mend: 'Route them to csms or another back end first.',
  },
  mqttUserUnknown: {
    kind: 'not-found',
    level: 'info',
    message: 'There is no such MQTT user.',
    mend: 'List the MQTT users of the tenant.',
  },
  mqttNameTaken: {
    kind: 'conflict',
    level: 'info',
    message: 'Another MQTT user of the tenant has this name.',
    mend: 'Choose another name, or use the user that exists.',
  },
  stationHasMqttUser: {
    kind: 'conflict',
    level: 'info',
    message: 'A station of the list belongs to another MQTT user.',
    mend: 'Take the station from the other user first: one user speaks for a station.',
  },
  notRoutedHere: {
    kind: 'forbidden',
    level: 'warn',
    message: 'The station is not routed to this back end.',
    mend: 'Route the station to the back end, or have it command stations of its own.',
  },
  badMessage: {
    kind: 'invalid',
    level: 'warn',
    message: 'A message on the bus is not what the contract of the station path demands.',
    mend: 'Correct the sender by docs/architecture/station-path.md, or deploy versions that agree.',
  },
});
