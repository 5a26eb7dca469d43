import {
  StationPathSubject,
  type AdmitReplies,
  type AdmitReply,
  type PresenceReply,
  type PresenceReport,
  type SocketReport,
} from '@ampline/contracts';
import type { Bus, Incoming, Outgoing, Served } from '@ampline/platform-nats';
import type { GroupCommit } from '../metering/group-commit.js';
import { intakeErrors } from '../intake/errors.js';
import type { Admission } from './admission.js';
import type { Gateways } from './gateways.js';
import { admitRequest, admitRequests, presenceReport } from './station-path-schemas.js';

const AT_ONCE = 256;

/** Serves admission and presence. */
export class PresenceService {
  private served: Served[] = [];

  constructor(
    private readonly bus: Bus,
    private readonly admission: Admission,
    private readonly gateways: Gateways,
    /** Commits the reports of many stations together: a storm of reconnects is two of them per station. */
    private readonly reports: GroupCommit<SocketReport>,
  ) {}

  start(): void {
    const options = { queue: 'csms', concurrency: AT_ONCE, backlog: AT_ONCE * 40 };
    this.served = [
      this.bus.serve(StationPathSubject.admit, { ...options, spanName: 'ocpp.admit' }, (m) => this.onAdmit(m)),
      this.bus.serve(StationPathSubject.presence, { ...options, spanName: 'ocpp.presence' }, (m) => this.onPresence(m)),
    ];
  }

  async stop(): Promise<void> {
    await Promise.all(this.served.splice(0).map((served) => served.drain()));
  }

  private async onAdmit(message: Incoming): Promise<Outgoing> {
    const asked = json(message.body);
    const several = admitRequests.safeParse(asked);
    if (several.success) {
      const replies: AdmitReply[] = await Promise.all(several.data.requests.map((request) => this.admission.admit(request)));
      return { body: JSON.stringify({ replies } satisfies AdmitReplies) };
    }
    const request = admitRequest.safeParse(asked);
    if (!request.success) throw intakeErrors.badAdmission({ problems: request.error.issues.length });
    return { body: JSON.stringify(await this.admission.admit(request.data)) };
  }

  private async onPresence(message: Incoming): Promise<Outgoing> {
    const report = presenceReport.safeParse(json(message.body));
    if (!report.success) throw intakeErrors.badPresence({ problems: report.error.issues.length });
    return { body: JSON.stringify(await this.take(report.data)) };
  }

  private async take(report: PresenceReport): Promise<PresenceReply> {
    switch (report.kind) {
      case 'opened':
      case 'closed':
        await this.reports.add(report);
        return { ok: true };
      case 'sockets':
        await Promise.all(report.reports.map((each) => this.reports.add(each)));
        return { ok: true };
      case 'beat':
        return this.gateways.beat(report);
      case 'snapshot':
        return this.gateways.snapshot(report);
      case 'stopping':
        // Its sockets are closed one by one, and reported so; what is lost of that its silence tells.
        return { ok: true };
    }
  }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw intakeErrors.badAdmission({ problem: 'not JSON' }, cause);
  }
}
