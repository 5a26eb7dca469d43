import { eventually } from '@ampline/platform-testing';
import { DEMO, EXTERNAL_PASSWORD, USER_PASSWORD } from '../../src/demo/demo-data.js';
import { isNotYetKnown, seedDemo } from '../../src/demo/seed.js';
import type { Platform } from './platform.js';
import { RawStation, type CommandAnswer } from './raw-station.js';

export { USER_PASSWORD };

/** Names that people of the demo log in with. */
export const DEMO_USERS = {
  admin: 'demo/admin@demo.ampline.example',
  operator: 'demo/operator@demo.ampline.example',
  support: 'demo/support@demo.ampline.example',
  driver: 'demo/driver@demo.ampline.example',
  stranger: 'other/operator@other.ampline.example',
} as const;

/** Seeds the demo. No station is connected. */
export async function furnishDemo(platform: Platform): Promise<void> {
  const { grpc, secret } = platform;
  await eventually(() =>
    seedDemo({ tenants: DEMO, grpc, secret, telemetry: platform.telemetry }).then(
      () => true,
      (error: unknown) => (isNotYetKnown(error) ? false : Promise.reject(error as Error)),
    ),
  );
  const wanted = DEMO.flatMap(({ tokens }) => tokens).length;
  await eventually(async () => (await platform.sql('SELECT 1 FROM csms.id_token')).length === wanted);
}

/** A connection of one of the demo's stations that no simulator uses, booted. */
export async function connectDemoStation(platform: Platform, identity: string, onCommand?: CommandAnswer): Promise<DemoStation> {
  const station = await RawStation.connect({
    url: platform.ocppUrl(),
    identity,
    password: EXTERNAL_PASSWORD,
    ...(onCommand && { onCommand }),
  });
  await station.ask('BootNotification', { chargePointVendor: 'Ampline', chargePointModel: 'Raw AC 22', firmwareVersion: '1.2.3' });
  return new DemoStation(station);
}

/** What a station of the demo says while somebody charges. */
export class DemoStation {
  constructor(readonly raw: RawStation) {}

  async status(connectorId: number, status: string, errorCode = 'NoError'): Promise<void> {
    await this.raw.ask('StatusNotification', { connectorId, status, errorCode, timestamp: now() });
  }

  /** Begins a transaction; its id. */
  async begin(connectorId: number, idTag: string, meterStart = 0): Promise<number> {
    const { transactionId } = await this.raw.ask('StartTransaction', { connectorId, idTag, meterStart, timestamp: now() });
    return transactionId as number;
  }

  async meter(connectorId: number, transactionId: number, powerW: number, registerWh: number): Promise<void> {
    const sampledValue = [
      { value: String(powerW), measurand: 'Power.Active.Import', unit: 'W' },
      { value: String(registerWh), measurand: 'Energy.Active.Import.Register', unit: 'Wh' },
    ];
    await this.raw.ask('MeterValues', { connectorId, transactionId, meterValue: [{ timestamp: now(), sampledValue }] });
  }

  async end(transactionId: number, meterStop: number): Promise<void> {
    await this.raw.ask('StopTransaction', { transactionId, meterStop, timestamp: now() });
  }

  close(): Promise<void> {
    return this.raw.close();
  }
}

const now = () => new Date().toISOString();
