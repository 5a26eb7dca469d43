import type { StationState } from '@ampline/contracts';
import type { Telemetry } from '@ampline/platform-telemetry';
import type { Commands } from '../commands/commands.js';
import type { WantedEvse } from '../stations/station-evses.js';
import type { Asking } from '../stations/stations.store.js';
import type { OnboardingStore } from './onboarding.store.js';

/** Accepts stations that wait. */
export class Acceptance {
  private readonly working = new Set<Promise<void>>();

  constructor(
    private readonly store: OnboardingStore,
    private readonly commands: Commands,
    private readonly timeoutMs: number,
    private readonly telemetry: Telemetry,
  ) {}

  start(): void {
    // Works when asked.
  }

  async stop(): Promise<void> {
    await Promise.all(this.working);
  }

  /**
   * The station is told by the answer to its next boot, which it is asked for at once (OCPP 1.6 §4.2: a pending station sends what it
   * is triggered to send); one that does not know TriggerMessage asks by itself when its interval is over.
   */
  async accept(asking: Asking, stationId: string, locationId: string, evses: readonly WantedEvse[]): Promise<StationState> {
    const state = await this.store.accept(asking, stationId, locationId, evses);
    if (state.online) {
      const work = this.askToBoot(asking.tenantId, stationId).finally(() => this.working.delete(work));
      this.working.add(work);
    }
    return state;
  }

  private async askToBoot(tenantId: string, stationId: string): Promise<void> {
    const { telemetry, timeoutMs } = this;
    try {
      await this.commands.execute({
        tenantId,
        stationId,
        command: { action: 'TriggerMessage', payload: { requestedMessage: 'BootNotification' } },
        requestedBy: telemetry.service,
        timeoutMs,
        idempotencyKey: '',
      });
    } catch (error) {
      telemetry.logger.warn('onboarding.boot-not-asked', { stationId }, error);
    }
  }
}
