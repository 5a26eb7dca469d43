import type { Bus } from '@ampline/platform-nats';
import type { Telemetry } from '@ampline/platform-telemetry';
import type { BoundedLog } from './bounded-log.js';
import type { GatewayConfig } from './config.js';
import type { GatewayMetrics } from './gateway-metrics.js';
import type { ForeignMessages } from './proxy/foreign-messages.js';
import type { CallForwarder } from './sockets/call-forwarder.js';
import type { Time } from './time.js';
import type { TrustedProxies } from './upgrade/trusted-proxies.js';

/** How a replica is known. */
export interface GatewayName {
  readonly gatewayId: string;
  /** New at each start of the process. */
  readonly gatewayInstance: string;
}

/** What every socket of a gateway shares: one object, so that ten thousand sockets hold one reference each. */
export interface GatewayServices {
  readonly name: GatewayName;
  readonly config: GatewayConfig;
  readonly bus: Bus;
  readonly telemetry: Telemetry;
  readonly time: Time;
  readonly log: BoundedLog;
  readonly metrics: GatewayMetrics;
  readonly forwarder: CallForwarder;
  readonly proxies: TrustedProxies;
  readonly foreign: ForeignMessages;
}
