import type { Counter, Histogram } from '@opentelemetry/api';
import { StationPathHeader, StationPathSubject, type CallErrorBody } from '@ampline/contracts';
import type { Clock } from '@ampline/kernel-time';
import type { Bus, Incoming, Outgoing, Served } from '@ampline/platform-nats';
import type { Telemetry } from '@ampline/platform-telemetry';
import { isOcpp16Action } from '@ampline/protocol-ocpp';
import { resultOf } from './answer.js';
import type { CallIntake, IntakeOutcome } from './call-intake.js';
import { readCall, type StationCall } from './station-call.js';
import type { StationSeen } from './station-seen.js';

export interface CallServiceParts {
  bus: Bus;
  intake: CallIntake;
  seen: StationSeen;
  clock: Clock;
  telemetry: Telemetry;
}

export interface CallServiceOptions {
  /** Calls that are worked on at once, waiting for the database included. */
  concurrency: number;
}

const RETRY: Outgoing = { body: '', headers: { [StationPathHeader.retry]: 'true' } };

/** Serves the calls of all stations. */
export class CallService {
  private readonly calls: Counter;
  private readonly durations: Histogram;
  private served: Served | undefined;

  constructor(
    private readonly parts: CallServiceParts,
    private readonly options: CallServiceOptions,
  ) {
    const { meter } = parts.telemetry;
    this.calls = meter.createCounter('ocpp_calls', { description: 'Calls of stations by action and result' });
    this.durations = meter.createHistogram('ocpp_call_duration', {
      unit: 'ms',
      description: 'From the request on the bus to its answer, by action',
    });
  }

  start(): void {
    const options = { queue: 'csms', concurrency: this.options.concurrency, spanName: 'ocpp.call' };
    this.served ??= this.parts.bus.serve(StationPathSubject.allCalls, options, (message) => this.onCall(message));
  }

  /** Answers what was begun; what still arrives is told to ask another member. */
  async stop(): Promise<void> {
    await this.served?.drain();
    this.served = undefined;
  }

  private async onCall(message: Incoming): Promise<Outgoing> {
    const begun = this.parts.clock.monotonicMs();
    const call = readCall(message);
    const outcome = await this.parts.intake.take(call);
    if (outcome !== 'retry') this.parts.seen.note(call.stationId, call.receivedAt);
    this.account(call, outcome, begun);
    return outgoing(outcome);
  }

  /** A station may call anything: only actions of the standard become label values. */
  private account({ action: named, callId, tenant, station }: StationCall, outcome: IntakeOutcome, begun: number): void {
    const action = isOcpp16Action(named) ? named : 'unknown';
    const result = outcome === 'retry' ? 'retry' : resultOf(outcome);
    this.calls.add(1, { action, result });
    this.durations.record(this.parts.clock.monotonicMs() - begun, { action });
    if (result !== 'ok') this.parts.telemetry.logger.info('ocpp.call-not-taken', { action, result, callId, tenant, station });
  }
}

function outgoing(outcome: IntakeOutcome): Outgoing {
  if (outcome === 'retry') return RETRY;
  if (outcome.kind === 'result') return { body: outcome.payload };
  const { code, description, details } = outcome;
  const body: CallErrorBody = { description, details };
  return { body: JSON.stringify(body), headers: { [StationPathHeader.callError]: code } };
}
