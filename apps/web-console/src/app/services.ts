/** Services whose absence makes figures old: `<Stale services={SERVICES.stations}>`. */
export const SERVICES = {
  stations: ['ocpp-csms', 'ocpp-gateway'],
  sessions: ['ocpp-csms', 'ocpp-gateway'],
  messages: ['ocpp-csms', 'ocpp-gateway'],
  issues: ['ocpp-csms'],
  people: ['accounts'],
} as const;
