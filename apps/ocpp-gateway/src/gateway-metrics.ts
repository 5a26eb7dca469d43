import type { Histogram, Meter, ObservableResult } from '@opentelemetry/api';
import { isOcpp16Action } from '@ampline/protocol-ocpp';
import type { TlsFailure } from './upgrade/tls-failure.js';

const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

type Labels = Record<string, string>;

/** Counts in plain numbers, read when metrics are: adding to a meter's counter costs more than forwarding the frame does. */
class Tally {
  private readonly counts = new Map<string, { labels: Labels; value: number }>();

  constructor(meter: Meter, name: string, description: string, unit?: string) {
    meter.createObservableCounter(name, { description, ...(unit !== undefined && { unit }) }).addCallback((result: ObservableResult) => {
      for (const { labels, value } of this.counts.values()) result.observe(value, labels);
    });
  }

  add(key: string, labels: () => Labels, by = 1): void {
    const count = this.counts.get(key);
    if (count) count.value += by;
    else this.counts.set(key, { labels: labels(), value: by });
  }
}

/** How a CALL of a station ended. `gave-up`: nobody answered in time, or the socket was gone. */
export type CallResult = 'result' | 'call-error' | 'gave-up';

/** All numbers of one gateway. Label values come from fixed sets: what stations send is never one. */
export class GatewayMetrics {
  private readonly callTally: Tally;
  private readonly admissionTally: Tally;
  private readonly commandTally: Tally;
  private readonly oddityTally: Tally;
  private readonly retryTally: Tally;
  private readonly byteTally: Tally;
  private readonly closeTally: Tally;
  private readonly tlsTally: Tally;
  private readonly callSeconds: Histogram;
  private readonly actionLabels = new Map<string, Labels>();

  constructor(private readonly meter: Meter) {
    this.callTally = new Tally(meter, 'ocpp_calls', 'Calls of stations, by action and result.');
    this.admissionTally = new Tally(meter, 'ocpp_admissions', 'Upgrades, by outcome.');
    this.commandTally = new Tally(meter, 'ocpp_commands', 'Commands to stations, by action and outcome.');
    this.oddityTally = new Tally(meter, 'ocpp_oddities', 'Frames that went no further, by reason.');
    this.retryTally = new Tally(meter, 'ocpp_call_retries', 'Calls that had to be asked again, by cause.');
    this.byteTally = new Tally(meter, 'ocpp_bytes', 'Bytes of text frames, by direction.', 'By');
    this.closeTally = new Tally(meter, 'ocpp_closes', 'Sockets closed, by close code.');
    this.tlsTally = new Tally(meter, 'ocpp_tls_failures', 'Connections to the TLS port that came to no TLS, by reason.');
    this.callSeconds = meter.createHistogram('ocpp_call_duration_seconds', {
      description: 'From a call on the socket to its answer on the socket, by action.',
      unit: 's',
      advice: { explicitBucketBoundaries: SECONDS },
    });
  }

  /** `count` is asked when metrics are read. */
  watchSockets(count: () => ReadonlyMap<string, number>): void {
    this.meter.createObservableGauge('ocpp_sockets', { description: 'Open sockets, by subprotocol.' }).addCallback((result) => {
      for (const [protocol, sockets] of count()) result.observe(sockets, { protocol });
    });
  }

  watchPresence(pending: () => number): void {
    this.meter
      .createObservableGauge('ocpp_presence_pending', { description: 'Reports of opened and closed sockets not yet acknowledged.' })
      .addCallback((result) => result.observe(pending()));
  }

  /** `notAfter` is asked when metrics are read. */
  watchServerCertificate(notAfter: () => Date): void {
    this.meter
      .createObservableGauge('ocpp_tls_certificate_not_after', { description: 'End of validity of the server certificate.', unit: 's' })
      .addCallback((result) => result.observe(Math.floor(notAfter().getTime() / 1_000)));
  }

  called(action: string, result: CallResult, seconds: number): void {
    const labels = this.labelsOf(action);
    this.callTally.add(`${labels['action']} ${result}`, () => ({ ...labels, result }));
    this.callSeconds.record(seconds, labels);
  }

  admitted(outcome: string): void {
    this.admissionTally.add(outcome, () => ({ outcome }));
  }

  tlsFailed(reason: TlsFailure): void {
    this.tlsTally.add(reason, () => ({ reason }));
  }

  commanded(action: string, outcome: string): void {
    const labels = this.labelsOf(action);
    this.commandTally.add(`${labels['action']} ${outcome}`, () => ({ ...labels, outcome }));
  }

  odd(reason: string): void {
    this.oddityTally.add(reason, () => ({ reason }));
  }

  retried(cause: string): void {
    this.retryTally.add(cause, () => ({ cause }));
  }

  bytes(direction: 'in' | 'out', count: number): void {
    this.byteTally.add(direction, () => ({ direction }), count);
  }

  closed(code: number): void {
    const label = code >= 1000 && code <= 1015 ? String(code) : 'other';
    this.closeTally.add(label, () => ({ code: label }));
  }

  private labelsOf(action: string): Labels {
    const name = isOcpp16Action(action) ? action : 'other';
    let labels = this.actionLabels.get(name);
    if (!labels) this.actionLabels.set(name, (labels = { action: name }));
    return labels;
  }
}
