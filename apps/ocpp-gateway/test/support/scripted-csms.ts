import {
  StationPathHeader,
  StationPathSubject,
  type Admitted,
  type AdmitReply,
  type AdmitRequest,
  type AdmitRequests,
  type CommandReply,
  type OddityReport,
  type PresenceReply,
  type PresenceReport,
} from '@ampline/contracts';
import { fromSubjectToken, isUuid, uuidv7 } from '@ampline/kernel-ids';
import { BusHeader, type Bus, type Incoming, type Outgoing, type Reply, type Served } from '@ampline/platform-nats';
import { parseFrame } from '@ampline/protocol-ocpp';

export interface ReceivedCall {
  callId: string;
  tenant: string;
  station: string;
  stationId: string;
  action: string;
  epoch: number;
  messageId: string;
  payload: Record<string, unknown>;
  raw: string;
  receivedAt: string;
  deadline: string;
  traceparent: string | undefined;
}

export const LIMITS: Admitted['limits'] = { maxFrameBytes: 4_096, callsPerMinute: 60_000, commandTimeoutMs: 5_000, callDeadlineMs: 10_000 };

/** Undefined: this gateway has not sent the command and will not, another one may. */
function verdictOf(reply: Reply): CommandReply | undefined {
  return reply.headers[BusHeader.retry] === 'true' ? undefined : (JSON.parse(reply.body) as CommandReply);
}

/**
 * A back end that speaks the contract of the station path and is strict about it: a request that breaks the contract is remembered
 * in `violations`, which every test ends by expecting to be empty.
 */
export class ScriptedCsms {
  readonly admissions: AdmitRequest[] = [];
  readonly calls: ReceivedCall[] = [];
  readonly reports: PresenceReport[] = [];
  readonly oddities: OddityReport[] = [];
  readonly violations: string[] = [];

  limits = LIMITS;
  verifier: Admitted['verifier'];
  /** Overrides the reply to an admission; undefined: the usual one. */
  judge: (request: AdmitRequest) => AdmitReply | undefined = () => undefined;
  /** What a call is answered. */
  answer: (call: ReceivedCall) => Promise<Outgoing> = () => Promise.resolve({ body: '{}' });
  acknowledge: (report: PresenceReport) => PresenceReply = () => ({ ok: true });

  private readonly epochs = new Map<string, number>();
  /** Of the newest admission: a call may arrive after the test has changed `limits`. */
  private readonly deadlinesMs = new Map<string, number>();
  private readonly ids = new Map<string, string>();
  private served: Served[] = [];

  constructor(private readonly bus: Bus) {}

  async start(): Promise<this> {
    const queue = 'csms';
    this.served = [
      this.bus.serve(StationPathSubject.admit, { queue }, (m) => this.onAdmit(m)),
      this.bus.serve(StationPathSubject.presence, { queue }, (m) => this.onPresence(m)),
      this.bus.serve(StationPathSubject.allCalls, { queue }, (m) => this.onCall(m)),
      this.bus.serve(StationPathSubject.allOddities, { queue }, (m) => this.onOddity(m)),
    ];
    await this.bus.flush();
    return this;
  }

  /** As if it were killed: from now on nobody serves its subjects. */
  async vanish(): Promise<void> {
    for (const served of this.served.splice(0)) served.unsubscribe();
    await this.bus.flush();
  }

  stationId(station: string): string {
    const known = this.ids.get(station);
    if (known !== undefined) return known;
    const id = uuidv7();
    this.ids.set(station, id);
    return id;
  }

  epoch(station: string): number {
    return this.epochs.get(station) ?? 0;
  }

  /** The answer to one question, or to several in one message. */
  admit(body: string): string {
    const asked = JSON.parse(body) as AdmitRequest | AdmitRequests;
    return JSON.stringify('requests' in asked ? { replies: asked.requests.map((request) => this.decide(request)) } : this.decide(asked));
  }

  accept(request: AdmitRequest): Admitted {
    const epoch = this.epoch(request.station) + 1;
    this.epochs.set(request.station, epoch);
    this.deadlinesMs.set(request.station, this.limits.callDeadlineMs);
    return {
      outcome: 'accepted',
      tenantId: '0198a0a0-0000-7000-8000-000000000001',
      tenant: request.tenant ?? 'acme',
      stationId: this.stationId(request.station),
      station: request.station,
      epoch,
      subprotocol: 'ocpp1.6',
      limits: this.limits,
      ...(this.verifier && { verifier: this.verifier }),
    };
  }

  /**
   * Sends a command as the back end does: waits on while only superseded sockets answer; with `passedOverMs` so long after the first
   * of them, and then for nothing more.
   */
  async command(
    station: string,
    action: string,
    o: { epoch?: number; commandId?: string; payload?: object; timeoutMs?: number; deadlineMs?: number; passedOverMs?: number } = {},
  ): Promise<CommandReply | undefined> {
    const { timeoutMs = 8_000, deadlineMs = timeoutMs } = o;
    let superseded: () => void = () => undefined;
    const passedOver = new Promise<undefined>((resolve) => {
      superseded = () => o.passedOverMs !== undefined && setTimeout(() => resolve(undefined), o.passedOverMs);
    });
    const reply = this.bus.requestMany(StationPathSubject.command('acme', station), JSON.stringify(o.payload ?? {}), {
      timeoutMs,
      headers: {
        [StationPathHeader.commandId]: o.commandId ?? uuidv7(),
        [StationPathHeader.epoch]: String(o.epoch ?? this.epoch(station)),
        [StationPathHeader.action]: action,
        [StationPathHeader.deadline]: new Date(Date.now() + deadlineMs).toISOString(),
      },
      accept: (r) => {
        if ((verdictOf(r) ?? { outcome: 'superseded' }).outcome !== 'superseded') return true;
        superseded();
        return false;
      },
    });
    return Promise.race([reply.then((found) => found && verdictOf(found)), passedOver]);
  }

  reportsOf<K extends PresenceReport['kind']>(kind: K): Extract<PresenceReport, { kind: K }>[] {
    return this.reports.filter((report): report is Extract<PresenceReport, { kind: K }> => report.kind === kind);
  }

  /** True when the newest connection of the station was reported. */
  knows(station: string): boolean {
    return this.reports.some((r) => r.kind === 'opened' && r.stationId === this.stationId(station) && r.epoch === this.epoch(station));
  }

  private onAdmit(message: Incoming): Promise<Outgoing> {
    return Promise.resolve({ body: this.admit(message.body) });
  }

  private decide(request: AdmitRequest): AdmitReply {
    this.admissions.push(request);
    return this.judge(request) ?? this.accept(request);
  }

  private onPresence(message: Incoming): Promise<Outgoing> {
    const report = JSON.parse(message.body) as PresenceReport;
    if (report.kind === 'sockets') this.reports.push(...report.reports);
    else this.reports.push(report);
    return Promise.resolve({ body: JSON.stringify(this.acknowledge(report)) });
  }

  private onOddity(message: Incoming): Promise<void> {
    this.oddities.push(JSON.parse(message.body) as OddityReport);
    return Promise.resolve();
  }

  private onCall(message: Incoming): Promise<Outgoing> {
    const call = this.read(message);
    this.calls.push(call);
    return this.answer(call);
  }

  private read(message: Incoming): ReceivedCall {
    const [, , tenant = '', station = '', action = ''] = message.subject.split('.').map(fromSubjectToken);
    const header = (name: string): string => {
      const value = message.headers(name);
      if (value === undefined) this.violations.push(`${message.subject} has no ${name}`);
      return value ?? '';
    };
    const frame = parseFrame(message.body);
    if (frame.kind !== 'call' || frame.action !== action) this.violations.push(`${message.subject} carries another frame`);
    const call: ReceivedCall = {
      callId: header(StationPathHeader.callId),
      tenant,
      station,
      stationId: header(StationPathHeader.stationId),
      action,
      epoch: Number(header(StationPathHeader.epoch)),
      messageId: message.headers(StationPathHeader.messageId) ?? '',
      payload: frame.kind === 'call' ? frame.payload : {},
      raw: message.body,
      receivedAt: header(StationPathHeader.receivedAt),
      deadline: header(StationPathHeader.deadline),
      traceparent: message.headers('traceparent'),
    };
    header(StationPathHeader.gatewayId);
    header(StationPathHeader.tenantId);
    if (!isUuid(call.callId) || !isUuid(call.stationId)) this.violations.push(`${message.subject} has bad ids`);
    if (call.epoch > this.epoch(station)) this.violations.push(`${message.subject} invents an epoch`);
    const spanMs = Date.parse(call.deadline) - Date.parse(call.receivedAt);
    if (spanMs !== this.deadlinesMs.get(station)) this.violations.push(`${message.subject} has a deadline of ${spanMs} ms`);
    return call;
  }
}
