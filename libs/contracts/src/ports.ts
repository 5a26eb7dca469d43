/** Where each service serves gRPC unless configured otherwise. docs/configuration.md */
export const GRPC_PORTS: Readonly<Record<string, number>> = {
  'ocpp-csms': 4201,
  accounts: 4202,
  'session-export': 4203,
};
