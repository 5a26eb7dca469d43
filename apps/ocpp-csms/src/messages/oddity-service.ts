import { StationPathSubject } from '@ampline/contracts';
import { fromSubjectToken, uuidv7, type CallId, type StationId, type TenantId } from '@ampline/kernel-ids';
import type { Clock } from '@ampline/kernel-time';
import type { Bus, Incoming, Served } from '@ampline/platform-nats';
import type { Database } from '@ampline/platform-postgres';
import { intakeErrors } from '../intake/errors.js';
import { oddityReport } from '../presence/station-path-schemas.js';
import type { MessageArchive } from './message-archive.js';

/** Archives what gateways answered or dropped by themselves. */
export class OddityService {
  private served: Served | undefined;

  constructor(
    private readonly bus: Bus,
    private readonly db: Database,
    private readonly archive: MessageArchive,
    private readonly clock: Clock,
  ) {}

  start(): void {
    this.served ??= this.bus.serve(StationPathSubject.allOddities, { queue: 'csms', concurrency: 4 }, (m) => this.onOddity(m));
  }

  async stop(): Promise<void> {
    await this.served?.drain();
    this.served = undefined;
  }

  private async onOddity(message: Incoming): Promise<void> {
    const report = oddityReport.safeParse(json(message.body));
    if (!report.success) throw intakeErrors.badPresence({ problems: report.error.issues.length });
    const { tenantId, stationId, epoch, at, reason, frame, answer } = report.data;
    const [, , tenant, station] = message.subject.split('.').map(fromSubjectToken);
    const call = {
      callId: uuidv7() as CallId,
      receivedAt: new Date(at),
      tenantId: tenantId as TenantId,
      tenant: tenant ?? '',
      stationId: stationId as StationId,
      station: station ?? '',
      epoch,
      action: '',
      messageId: '',
      frame,
    };
    const answeredAt = this.clock.now();
    const archived = { call, responseFrame: answer ?? null, result: 'malformed', deviations: [reason], answeredAt };
    await this.db.asWorker((tx) => this.archive.write(tx, [archived]));
  }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw intakeErrors.badPresence({ problem: 'not JSON' }, cause);
  }
}
