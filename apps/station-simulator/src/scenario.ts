import type { StopReason } from '@ampline/protocol-ocpp';
import { authorize, type Authorization } from './authorization.js';
import { simulatorErrors } from './errors.js';
import type { SimulatedEvse } from './simulated-evse.js';
import type { SimulatedStation } from './simulated-station.js';

const CONDITIONS = {
  online: (station: SimulatedStation) => station.online,
  offline: (station: SimulatedStation) => !station.online,
  /** Every message is answered or given up. */
  drained: (station: SimulatedStation) => station.online && station.drained,
  charging: (station: SimulatedStation) => station.evses.some(({ running }) => running !== undefined),
  'not-charging': (station: SimulatedStation) => station.evses.every(({ running }) => running === undefined),
} as const;

export type Condition = keyof typeof CONDITIONS | ((station: SimulatedStation) => boolean);

/** One thing that happens at a station, or that is waited for. */
export type ScenarioStep =
  | { do: 'plug-in' | 'unplug' | 'sample'; connectorId: number }
  /** Charges only if the token is judged as expected; default `accepted`. */
  | { do: 'authorize'; idToken: string; expect?: Authorization }
  /** The connector's next transaction; a car is plugged in if none is. */
  | { do: 'start'; connectorId: number; idToken: string }
  | { do: 'stop'; connectorId: number; reason?: StopReason; idToken?: string }
  | { do: 'heartbeat' | 'cut-network' | 'restore-network' | 'lose-power' | 'disconnect' }
  | { do: 'reboot'; reason: 'SoftReset' | 'HardReset' }
  | { do: 'status'; connectorId: number }
  /** Told even where the profile keeps security events in the log. */
  | { do: 'security-event'; type: string; techInfo?: string }
  | { do: 'request-certificate' }
  /** A text on the socket as it is. */
  | { do: 'write'; text: string }
  | { do: 'wait'; forMs: number }
  /** Default time: 10 s. */
  | { do: 'wait-until'; condition: Condition; timeoutMs?: number }
  | { do: 'repeat'; times: number; steps: readonly ScenarioStep[] };

const DEFAULT_TIMEOUT_MS = 10_000;

/**
 * Plays a script at a station that is switched on (`charging.automatic: false` keeps other cars away).
 * @throws AppError `simulator.condition-not-met`, `simulator.no-such-connector`
 */
export async function playScenario(station: SimulatedStation, steps: readonly ScenarioStep[]): Promise<void> {
  for (const [index, step] of steps.entries()) await play(station, step, index);
}

async function play(station: SimulatedStation, step: ScenarioStep, index: number): Promise<void> {
  switch (step.do) {
    case 'plug-in':
      return evse(station, step.connectorId).plugIn();
    case 'unplug':
      return evse(station, step.connectorId).unplug();
    case 'sample':
      return evse(station, step.connectorId).sample('Sample.Periodic');
    case 'authorize':
      return judge(station, step, index);
    case 'start':
      return void evse(station, step.connectorId).start(step.idToken);
    case 'stop':
      return evse(station, step.connectorId).stop(step.reason ?? 'Local', step.idToken);
    case 'heartbeat':
      return station.heartbeat();
    case 'cut-network':
      return station.cutNetwork();
    case 'restore-network':
      return station.restoreNetwork();
    case 'lose-power':
      return station.losePower();
    case 'disconnect':
      return station.disconnect();
    case 'reboot':
      return station.reboot(step.reason);
    case 'status':
      return station.reportStatus(step.connectorId);
    case 'security-event':
      return station.tellSecurityEvent(step.type, step.techInfo);
    case 'request-certificate':
      return station.security.requestCertificate();
    case 'write':
      return station.write(step.text);
    case 'wait':
      return void (await station.parts.sleeper.sleep(step.forMs));
    case 'wait-until':
      return waitUntil(station, step, index);
    case 'repeat':
      for (let i = 0; i < step.times; i++) await playScenario(station, step.steps);
  }
}

async function judge(station: SimulatedStation, step: Extract<ScenarioStep, { do: 'authorize' }>, index: number): Promise<void> {
  const expected = step.expect ?? 'accepted';
  const { authorization: judged } = await authorize(station.parts, step.idToken);
  if (judged !== expected) throw simulatorErrors.conditionNotMet({ step: index, expected, judged, station: station.identity });
}

async function waitUntil(station: SimulatedStation, step: Extract<ScenarioStep, { do: 'wait-until' }>, index: number): Promise<void> {
  const { condition, timeoutMs = DEFAULT_TIMEOUT_MS } = step;
  const holds = typeof condition === 'string' ? CONDITIONS[condition] : condition;
  if (await station.parts.sleeper.until(() => holds(station), timeoutMs)) return;
  const name = typeof condition === 'string' ? condition : 'a condition of the script';
  throw simulatorErrors.conditionNotMet({ step: index, condition: name, timeoutMs, station: station.identity });
}

function evse(station: SimulatedStation, connectorId: number): SimulatedEvse {
  const found = station.evses[connectorId - 1];
  if (found === undefined) throw simulatorErrors.noSuchConnector({ connectorId, station: station.identity });
  return found;
}
