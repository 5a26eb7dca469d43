import { eventually } from '@ampline/platform-testing';
import {
  PROFILES,
  startSimulation,
  type ProfileChanges,
  type ProfileName,
  type SimulatedStation,
  type Simulation,
  type SimulationOptions,
} from '../../src/index.js';
import { StrictCentralSystem } from './strict-central-system.js';

/** One central system and one station that does only what a test tells it, with intervals of the firmware a hundred times shorter. */
export class Scene {
  private simulation: Simulation | undefined;

  private constructor(readonly centralSystem: StrictCentralSystem) {}

  static async open(o: { autoPong?: boolean } = {}): Promise<Scene> {
    return new Scene(await StrictCentralSystem.start(o));
  }

  /** @returns the station once it is accepted */
  async station(profile: ProfileName | ProfileChanges = {}, o: Partial<SimulationOptions> = {}): Promise<SimulatedStation> {
    const station = this.begin(profile, o);
    await eventually(() => station.online && station.drained);
    return station;
  }

  begin(profile: ProfileName | ProfileChanges = {}, o: Partial<SimulationOptions> = {}): SimulatedStation {
    this.simulation = startSimulation({
      url: this.centralSystem.url,
      stations: [{ tenant: 'demo', identity: 'SIM-001', evses: [{}, {}], profile: manual(profile) }],
      secondMs: 10,
      keep: 'complete',
      ...o,
    });
    const [station] = this.simulation.stations;
    if (station === undefined) throw new Error('no station');
    return station;
  }

  async close(): Promise<void> {
    await this.simulation?.stop(0);
    await this.centralSystem.stop();
  }
}

function manual(profile: ProfileName | ProfileChanges): ProfileChanges {
  const changes = typeof profile === 'string' ? PROFILES[profile] : profile;
  return {
    ...(changes as ProfileChanges),
    charging: { automatic: false },
    connection: { reconnectMinMs: 20, reconnectMaxMs: 60, callTimeoutMs: 500, ...(changes as ProfileChanges).connection },
    configuration: {
      MeterValueSampleInterval: '0',
      TransactionMessageRetryInterval: '2',
      WebSocketPingInterval: '0',
      ...(changes as ProfileChanges).configuration,
    },
  };
}
