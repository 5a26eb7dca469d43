import { accessRevoked, tenantChanged, userChanged, type CallerProfile, type FactType } from '@ampline/contracts';
import { fromSubjectToken } from '@ampline/kernel-ids';
import type { Bus } from '@ampline/platform-nats';
import type { Telemetry } from '@ampline/platform-telemetry';
import { listen, type Listening } from '../live/bus-listener.js';
import type { AccessKeeper } from './access-keeper.js';

type Whose = (viewer: CallerProfile) => boolean;

/** Drops what is known of callers at once when accounts tells that it may have changed, and of everybody after a gap on the bus. */
export class AccessFacts {
  private listening: Listening[] = [];

  constructor(
    private readonly bus: Bus,
    private readonly telemetry: Telemetry,
    private readonly keeper: AccessKeeper,
    /** Told after the keeper has forgotten. */
    private readonly changed: (whose: Whose) => void,
  ) {}

  start(): void {
    this.listening = [
      this.hear(userChanged, (id) => (viewer) => viewer.subject === id),
      this.hear(accessRevoked, (id) => (viewer) => viewer.subject === id),
      this.hear(tenantChanged, (id) => (viewer) => viewer.tenantId === id),
      {
        stop: this.bus.onReconnect(() => {
          this.keeper.forgetAll();
          this.changed(() => true);
        }),
      },
    ];
  }

  stop(): void {
    for (const { stop } of this.listening.splice(0)) stop();
  }

  /** The key of each of these facts is the id of what it speaks of. */
  private hear(type: FactType, of: (id: string) => Whose): Listening {
    return listen(this.bus, this.telemetry, `fact.${type.name}.>`, (tokens) => {
      const whose = of(fromSubjectToken(tokens.at(-1) ?? ''));
      this.keeper.forget(whose);
      this.changed(whose);
    });
  }
}
