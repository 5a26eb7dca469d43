import { DEFAULT_MQTT_TOPIC } from '@ampline/contracts';
import { Bus } from '@ampline/platform-nats';
import { testTelemetry, type TestTelemetry } from '@ampline/platform-telemetry';
import { eventually, testNats, type EmbeddedNats } from '@ampline/platform-testing';
import { gatewayConfig, type GatewayConfig } from '../../src/config.js';
import { Gateway } from '../../src/gateway.js';
import type { Time } from '../../src/time.js';
import { ScriptedCsms } from './scripted-csms.js';
import { Station, type ConnectOptions } from './station.js';

export interface RunningGateway {
  gateway: Gateway;
  bus: Bus;
  telemetry: TestTelemetry;
}

/** A bus, a scripted back end and as many gateways as a test starts. */
export class Installation {
  private readonly gateways: RunningGateway[] = [];
  private readonly stations: Station[] = [];

  private constructor(
    readonly nats: EmbeddedNats,
    private readonly csmsBus: Bus,
    readonly csms: ScriptedCsms,
  ) {}

  static async start(): Promise<Installation> {
    const nats = await testNats();
    const bus = await Bus.connect({ url: nats.url, name: 'ocpp-csms' }, testTelemetry('ocpp-csms', { spans: false }));
    return new Installation(nats, bus, await new ScriptedCsms(bus).start());
  }

  /** Stops gateways and stations; bus and back end stay for the next test of the file. */
  async clear(): Promise<void> {
    for (const station of this.stations.splice(0)) station.vanish();
    for (const { gateway, bus } of this.gateways.splice(0)) {
      await gateway.stop();
      await bus.close();
    }
  }

  async stop(): Promise<void> {
    await this.clear();
    await this.csmsBus.close();
    await this.nats.stop();
  }

  async gateway(settings: Partial<GatewayConfig> = {}, time?: Time): Promise<RunningGateway> {
    const telemetry = testTelemetry('ocpp-gateway');
    const bus = await Bus.connect({ url: this.nats.url, name: `ocpp-gateway-${this.gateways.length}` }, telemetry);
    const read = gatewayConfig.parse({});
    if (!read.ok) throw new Error(JSON.stringify(read.problems));
    const config = {
      ...read.value,
      port: 0,
      drainPerSecond: 0,
      admissionsPerSecond: 0,
      drainGraceMs: 1_000,
      beatIntervalMs: 100,
      ...settings,
    };
    const instance = `instance-${this.gateways.length}`;
    try {
      const gateway = await Gateway.start({ config, bus, telemetry, instance, mqttTopics: [DEFAULT_MQTT_TOPIC], ...(time && { time }) });
      const running = { gateway, bus, telemetry };
      this.gateways.push(running);
      return running;
    } catch (error) {
      await bus.close();
      throw error;
    }
  }

  /** A connected station that the back end has been told of. */
  async station({ gateway }: RunningGateway, station: string, o: Partial<ConnectOptions> = {}): Promise<Station> {
    const connected = await Station.connect(gateway.port, { path: `/ocpp/acme/${encodeURIComponent(station)}`, ...o });
    this.stations.push(connected);
    await eventually(() => this.csms.knows(station));
    return connected;
  }
}

/** A promise and its key. */
export function latch<T = void>(): { open: (value: T) => void; opened: Promise<T> } {
  let open: (value: T) => void = () => undefined;
  const opened = new Promise<T>((resolve) => (open = resolve));
  return { open, opened };
}
