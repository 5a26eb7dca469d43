import { StationPathSubject, type ForeignMessage } from '@ampline/contracts';
import { AppError } from '@ampline/kernel-errors';
import type { Bus } from '@ampline/platform-nats';
import type { Logger } from '@ampline/platform-telemetry';
import type { SocketIdentity } from '../sockets/socket-identity.js';
import { backOffMs, type Time } from '../time.js';

const MOST_UNDER_WAY = 5_000;
const TRY_MS = 5_000;
const TRY_WITHIN_MS = 120_000;

type Message = Omit<ForeignMessage, 'tenantId' | 'stationId' | 'epoch' | 'answeredAt'>;

/**
 * Tells csms, for its archive, of messages that somebody else has answered; again until it is acknowledged, for two minutes. It holds
 * nothing up: the station has its answer.
 */
export class ForeignMessages {
  private underWay = 0;

  constructor(
    private readonly bus: Bus,
    private readonly time: Time,
    private readonly logger: Logger,
  ) {}

  tell({ tenantId, stationId, epoch, tenant, station }: SocketIdentity, message: Message): void {
    const report: ForeignMessage = { tenantId, stationId, epoch, answeredAt: this.time.clock.now().toISOString(), ...message };
    if (this.underWay >= MOST_UNDER_WAY) return this.lost(report);
    this.underWay += 1;
    void this.deliver(StationPathSubject.foreignMessage(tenant, station), report).finally(() => (this.underWay -= 1));
  }

  private async deliver(subject: string, report: ForeignMessage): Promise<void> {
    const untilMs = this.time.clock.monotonicMs() + TRY_WITHIN_MS;
    for (let tries = 1; this.time.clock.monotonicMs() < untilMs; tries += 1) {
      try {
        await this.bus.request(subject, JSON.stringify(report), { timeoutMs: TRY_MS });
        return;
      } catch (error) {
        // Nobody heard it, or whoever did could not write it.
        this.logger.info('foreign-message.again', { messageUuid: report.messageUuid, code: AppError.is(error) ? error.code : 'unknown' });
      }
      await this.time.pause(backOffMs(tries));
    }
    this.lost(report);
  }

  private lost({ messageUuid, stationId, action }: ForeignMessage): void {
    this.logger.error('foreign-message.not-archived', { messageUuid, stationId, action });
  }
}
