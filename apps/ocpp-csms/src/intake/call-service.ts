import { StationPathHeader, StationPathSubject, type CallErrorBody } from '@ampline/contracts';
import type { Bus, Incoming, Outgoing, Served } from '@ampline/platform-nats';
import type { CallIntake, IntakeOutcome } from './call-intake.js';
import { readCall } from './station-call.js';
import type { StationSeen } from './station-seen.js';

export interface CallServiceOptions {
  /** Calls that are worked on at once, waiting for the database included. */
  concurrency: number;
}

const RETRY: Outgoing = { body: '', headers: { [StationPathHeader.retry]: 'true' } };

/** Serves the calls of all stations. */
export class CallService {
  private served: Served | undefined;

  constructor(
    private readonly bus: Bus,
    private readonly intake: CallIntake,
    private readonly seen: StationSeen,
    private readonly options: CallServiceOptions,
  ) {}

  start(): void {
    const { concurrency } = this.options;
    this.served ??= this.bus.serve(StationPathSubject.allCalls, { queue: 'csms', concurrency, spanName: 'ocpp.call' }, (m) =>
      this.onCall(m),
    );
  }

  /** Answers what was begun; what still arrives is told to ask another member. */
  async stop(): Promise<void> {
    await this.served?.drain();
    this.served = undefined;
  }

  private async onCall(message: Incoming): Promise<Outgoing> {
    const call = readCall(message);
    const outcome = await this.intake.take(call);
    if (outcome !== 'retry') this.seen.note(call.stationId, call.receivedAt);
    return outgoing(outcome);
  }
}

function outgoing(outcome: IntakeOutcome): Outgoing {
  if (outcome === 'retry') return RETRY;
  if (outcome.kind === 'result') return { body: outcome.payload };
  const { code, description, details } = outcome;
  const body: CallErrorBody = { description, details };
  return { body: JSON.stringify(body), headers: { [StationPathHeader.callError]: code } };
}
