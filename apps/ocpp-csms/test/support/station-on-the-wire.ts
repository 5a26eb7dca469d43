import { StationPathHeader, StationPathSubject, type AdmitReply, type AdmitRequest, type CallErrorBody } from '@ampline/contracts';
import { uuidv7 } from '@ampline/kernel-ids';
import type { Bus, Reply } from '@ampline/platform-nats';
import { validateOutbound, type Ocpp16Action, type ResponseOf } from '@ampline/protocol-ocpp';

export type CallOutcome =
  { kind: 'result'; payload: Record<string, unknown> } | { kind: 'error'; code: string; body: CallErrorBody } | { kind: 'retry' };

export interface CallOptions {
  messageId?: string;
  /** The same on every retry of the gateway. */
  callId?: string;
  receivedAt?: Date;
  deadline?: Date;
  /** Whole frame; default: made of the other parts. */
  frame?: string;
  timeoutMs?: number;
}

interface Identity {
  tenantId: string;
  tenant: string;
  stationId: string;
  identity: string;
}

/** A station and the gateway that holds its socket, as csms meets them on the bus. */
export class StationOnTheWire {
  epoch = 0;

  constructor(
    private readonly bus: Bus,
    private readonly who: Identity,
  ) {}

  get stationId(): string {
    return this.who.stationId;
  }

  get tenantId(): string {
    return this.who.tenantId;
  }

  get identity(): string {
    return this.who.identity;
  }

  async admit(o: Partial<AdmitRequest> = {}): Promise<AdmitReply> {
    const request: AdmitRequest = {
      gatewayId: 'gw-1',
      gatewayInstance: 'a',
      tenant: this.who.tenant,
      station: this.who.identity,
      remoteAddress: '192.0.2.1',
      subprotocols: ['ocpp1.6'],
      ...o,
    };
    const reply = JSON.parse(
      (await this.bus.request(StationPathSubject.admit, JSON.stringify(request), { timeoutMs: 5_000 })).body,
    ) as AdmitReply;
    if (reply.outcome === 'accepted') this.epoch = reply.epoch;
    return reply;
  }

  /** What a gateway reports of the station's socket. */
  async report(
    kind: 'opened' | 'closed',
    o: { epoch?: number; gatewayId?: string; gatewayInstance?: string; at?: Date } = {},
  ): Promise<void> {
    const { tenantId, stationId } = this.who;
    const base = { gatewayId: o.gatewayId ?? 'gw-1', gatewayInstance: o.gatewayInstance ?? 'a', at: (o.at ?? new Date()).toISOString() };
    const socket = { ...base, tenantId, stationId, epoch: o.epoch ?? this.epoch };
    const rest = kind === 'opened' ? { remoteAddress: '192.0.2.1', subprotocol: 'ocpp1.6' } : { code: 1006, reason: '' };
    await this.bus.request(StationPathSubject.presence, JSON.stringify({ kind, ...socket, ...rest }), { timeoutMs: 5_000 });
  }

  /** A CALL as the gateway passes it on. */
  async call(action: string, payload: unknown, o: CallOptions = {}): Promise<CallOutcome> {
    const messageId = o.messageId ?? uuidv7();
    const frame = o.frame ?? JSON.stringify([2, messageId, action, payload]);
    const now = Date.now();
    const headers = {
      [StationPathHeader.callId]: o.callId ?? uuidv7(),
      [StationPathHeader.receivedAt]: (o.receivedAt ?? new Date(now)).toISOString(),
      [StationPathHeader.deadline]: (o.deadline ?? new Date(now + 20_000)).toISOString(),
      [StationPathHeader.tenantId]: this.who.tenantId,
      [StationPathHeader.stationId]: this.who.stationId,
      [StationPathHeader.epoch]: String(this.epoch),
      [StationPathHeader.messageId]: messageId,
      [StationPathHeader.gatewayId]: 'gw-1',
    };
    const subject = StationPathSubject.call(this.who.tenant, this.who.identity, action);
    return outcomeOf(await this.bus.request(subject, frame, { timeoutMs: o.timeoutMs ?? 20_000, headers }));
  }

  /** The payload of the CALLRESULT, which has to conform to the schema of its action. */
  async send<A extends Ocpp16Action>(action: A, payload: unknown, o: CallOptions = {}): Promise<ResponseOf<A>> {
    const outcome = await this.call(action, payload, o);
    if (outcome.kind !== 'result') throw new Error(`${action}: ${JSON.stringify(outcome)}`);
    const response = outcome.payload as ResponseOf<A>;
    validateOutbound(action, 'response', response);
    return response;
  }

  /** Begins a transaction; answers its OCPP id. */
  async begin(
    o: { connectorId?: number; idTag?: string; meterStart?: number; timestamp?: string } = {},
    call: CallOptions = {},
  ): Promise<number> {
    const timestamp = o.timestamp ?? new Date().toISOString();
    const payload = { connectorId: o.connectorId ?? 1, idTag: o.idTag ?? 'CARD', meterStart: o.meterStart ?? 1_000, timestamp };
    return (await this.send('StartTransaction', payload, call)).transactionId;
  }

  async end(
    transactionId: number,
    o: { meterStop?: number; timestamp?: string; reason?: string; idTag?: string; transactionData?: unknown[] } = {},
    call: CallOptions = {},
  ): Promise<ResponseOf<'StopTransaction'>> {
    const { meterStop = 8_000, timestamp = new Date().toISOString(), ...rest } = o;
    return this.send('StopTransaction', { transactionId, meterStop, timestamp, ...rest }, call);
  }

  async meter(
    transactionId: number | undefined,
    registerWh: number,
    o: { connectorId?: number; timestamp?: string } = {},
    call: CallOptions = {},
  ): Promise<void> {
    const meterValue = [meterValueOf(registerWh, o.timestamp ?? new Date().toISOString())];
    const transaction = transactionId === undefined ? {} : { transactionId };
    await this.send('MeterValues', { connectorId: o.connectorId ?? 1, ...transaction, meterValue }, call);
  }
}

/** One moment: register and power. */
export function meterValueOf(registerWh: number, timestamp: string): unknown {
  return {
    timestamp,
    sampledValue: [
      { value: String(registerWh), measurand: 'Energy.Active.Import.Register', unit: 'Wh', context: 'Sample.Periodic' },
      { value: '11.04', measurand: 'Power.Active.Import', unit: 'kW' },
    ],
  };
}

function outcomeOf(reply: Reply): CallOutcome {
  if (reply.headers[StationPathHeader.retry] === 'true') return { kind: 'retry' };
  const code = reply.headers[StationPathHeader.callError];
  if (code !== undefined) return { kind: 'error', code, body: JSON.parse(reply.body) as CallErrorBody };
  if (reply.headers['Ampline-Error'] !== undefined) throw new Error(`${reply.headers['Ampline-Error']}: ${reply.body}`);
  return { kind: 'result', payload: JSON.parse(reply.body) as Record<string, unknown> };
}
