import { AppError } from '@ampline/kernel-errors';
import { createTelemetry } from '@ampline/platform-telemetry';
import { startSimulation, type Simulation } from '@ampline/station-simulator';
import type { Installation } from '../installation.js';
import { DEMO, FLEET_TOKEN, SHOWCASE, type DemoTenant } from './demo-data.js';
import { isNotYetKnown, seedDemo } from './seed.js';
import { furnishShowcase } from './showcase.js';
import { signingMeter } from './signing-meters.js';

/** The demo at work: simulated stations that charge. */
export interface Demo {
  stop(): Promise<void>;
}

const PROJECTION_PATIENCE_MS = 20_000;
const PROJECTION_POLL_MS = 100;

/** Seeds what is missing and lets the simulated stations charge. */
export async function startDemo(installation: Installation, step: (what: string) => void): Promise<Demo> {
  const telemetry = createTelemetry({ service: 'demo', logLevel: 'warn' });
  step('seeding the demo');
  const seed = { tenants: DEMO, grpc: installation.grpc, secret: installation.secret, telemetry };
  await whenKnown(() => seedDemo(seed));
  step('starting simulated stations');
  const meter = signingMeter(`${SHOWCASE.signing}-METER`);
  const simulation: Simulation = startSimulation({
    url: installation.ocppUrl,
    seed: 1,
    idTokens: [FLEET_TOKEN],
    profile: { securityEvents: true },
    stations: DEMO.flatMap((tenant) =>
      tenant.sites.flatMap((site) =>
        site.stations
          .filter((station) => !station.external)
          .map(({ identity, password, vendor, model, evses }) => ({
            tenant: tenant.slug,
            identity,
            password,
            vendor,
            model,
            evses: evses.map(({ maxPowerW }) => ({ maxPowerW, ...(identity === SHOWCASE.signing && { sign: meter.sign }) })),
          })),
      ),
    ),
  });
  const ending = new AbortController();
  const { grpc, secret } = installation;
  const showcase = furnishShowcase({ tenant: DEMO[0] as DemoTenant, grpc, secret, telemetry, meter, signal: ending.signal }).catch(
    (error: unknown) => telemetry.logger.warn('demo.showcase-failed', {}, error),
  );
  return {
    stop: async () => {
      ending.abort();
      await showcase;
      await simulation.stop();
      await telemetry.shutdown();
    },
  };
}

/** csms learns of a new tenant through a fact, a moment after accounts has answered. */
async function whenKnown(work: () => Promise<void>): Promise<void> {
  const deadline = performance.now() + PROJECTION_PATIENCE_MS;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isNotYetKnown(error) || performance.now() > deadline || !AppError.is(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, PROJECTION_POLL_MS));
    }
  }
}
