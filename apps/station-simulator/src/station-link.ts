import {
  admitOcpp16Action,
  isOcpp16Action,
  StationMachine,
  type CallAnswer,
  type Instant,
  type JsonObject,
  type MachineEffect,
  type MachineEvent,
  type Ocpp16Action,
} from '@ampline/protocol-ocpp';
import type { Clock, TimerHandle, Timers } from '@ampline/kernel-time';
import { WebSocket, type ClientOptions } from 'ws';

/** How a call of the station ended. */
export type CallOutcome =
  | { outcome: 'answered'; payload: JsonObject }
  | { outcome: 'call-error'; code: string }
  | { outcome: 'timeout' }
  /** The socket ended first: nobody knows whether the call arrived. */
  | { outcome: 'connection-lost' };

/** What the station says to a request, and what it does once it has said so. */
export interface CommandAnswer {
  answer: CallAnswer;
  then?: () => void;
}

export interface LinkOptions {
  url: string;
  identity: string;
  password?: string;
  /** Of a `wss` address: PEM. */
  tls?: { ca?: readonly string[]; key?: string; cert?: string };
  subprotocols: readonly string[];
  callTimeoutMs: number;
  handshakeTimeoutMs: number;
  /** 0: no pings. */
  pingEveryMs: number;
  clock: Clock;
  timers: Timers;
  newId: () => string;
}

export interface LinkListener {
  opened(): void;
  /** Once, whether or not it was open before. `status`: of a refused upgrade. */
  closed(reason: { code: number; status?: number }): void;
  asked(action: Ocpp16Action, rawFrame: string): CommandAnswer;
}

const EPOCH = 1;

/** One WebSocket of a station with OCPP-J on it; ends once and for all. */
export class StationLink {
  private readonly socket: WebSocket;
  private readonly machine: StationMachine;
  private readonly timers = new Map<string, TimerHandle>();
  private waiting: ((outcome: CallOutcome) => void) | undefined;
  private messageId = '';
  private ended = false;
  private ponged = true;

  constructor(
    private readonly o: LinkOptions,
    private readonly listener: LinkListener,
  ) {
    this.machine = new StationMachine({
      epoch: EPOCH,
      limits: { commandTimeoutMs: o.callTimeoutMs, callsPerMinute: 6_000 },
      admit: (action) => admitOcpp16Action('station', action),
      newCallId: o.newId,
      newMessageId: () => this.messageId,
    });
    this.socket = new WebSocket(o.url, [...o.subprotocols], {
      perMessageDeflate: false,
      handshakeTimeout: o.handshakeTimeoutMs,
      ...tlsOf(o.tls),
      ...(o.password !== undefined && { auth: `${o.identity}:${o.password}` }),
    });
    this.socket.on('open', () => this.opened());
    this.socket.on('message', (data: Buffer) => this.feed({ type: 'frame', text: data.toString('utf8') }));
    this.socket.on('pong', () => (this.ponged = true));
    this.socket.on('unexpected-response', (request, response) => {
      request.destroy();
      this.end({ code: 1006, ...(response.statusCode !== undefined && { status: response.statusCode }) });
    });
    this.socket.on('error', () => this.end({ code: 1006 }));
    this.socket.on('close', (code) => this.end({ code }));
  }

  get open(): boolean {
    return !this.ended && this.socket.readyState === WebSocket.OPEN;
  }

  /** Sends a CALL. Only one at a time: whoever calls waits for the outcome first. */
  call(action: string, messageId: string, payloadJson: string): Promise<CallOutcome> {
    if (!this.open || this.waiting !== undefined) return Promise.resolve({ outcome: 'connection-lost' });
    return new Promise((resolve) => {
      this.waiting = resolve;
      this.messageId = messageId;
      const now = this.now();
      // It leaves at once: nothing else is on the wire.
      this.feed({ type: 'command', commandId: this.o.newId(), epoch: EPOCH, action, payloadJson, deadlineMs: now.wallMs + 1 }, now);
    });
  }

  /** Writes a text as it is, for tests of what no firmware should send. */
  write(text: string): void {
    if (this.open) this.socket.send(text);
  }

  close(code: number, reason: string): void {
    this.socket.close(code, reason);
  }

  /** As when the cable is pulled: no closing handshake. */
  cut(): void {
    this.end({ code: 1006 });
  }

  private opened(): void {
    if (this.o.pingEveryMs > 0) this.schedulePing();
    this.listener.opened();
  }

  private schedulePing(): void {
    this.setTimer('ping', this.o.pingEveryMs, () => {
      if (!this.ponged) return this.end({ code: 1006 });
      this.ponged = false;
      this.socket.ping();
      this.schedulePing();
    });
  }

  private end(reason: { code: number; status?: number }): void {
    if (this.ended) return;
    this.ended = true;
    this.feed({ type: 'closed' });
    for (const handle of this.timers.values()) this.o.timers.clear(handle);
    this.timers.clear();
    this.socket.terminate();
    this.listener.closed(reason);
  }

  private now(): Instant {
    return { wallMs: this.o.clock.now().getTime(), monotonicMs: this.o.clock.monotonicMs() };
  }

  private feed(event: MachineEvent, now = this.now()): void {
    for (const effect of this.machine.handle(event, now)) this.carryOut(effect);
  }

  private carryOut(effect: MachineEffect): void {
    switch (effect.type) {
      case 'send':
        if (this.open) this.socket.send(effect.text);
        break;
      case 'forward':
        this.answer(effect.callId, effect.action, effect.rawFrame);
        break;
      case 'complete':
        this.complete(effect.outcome);
        break;
      case 'set-timer':
        this.setTimer(effect.timer, effect.afterMs, () => this.feed({ type: 'timer', timer: effect.timer }));
        break;
      case 'clear-timer':
        this.clearTimer(effect.timer);
        break;
      case 'close':
        this.socket.close(effect.code, effect.reason);
        break;
      case 'pause-reading':
        this.socket.pause();
        break;
      case 'resume-reading':
        this.socket.resume();
        break;
      case 'oddity':
      case 'answer-dropped':
        break;
    }
  }

  private answer(callId: string, action: string, rawFrame: string): void {
    if (!isOcpp16Action(action)) return;
    const { answer, then } = this.listener.asked(action, rawFrame);
    this.feed({ type: 'call-answered', callId, answer });
    then?.();
  }

  private complete(outcome: Extract<MachineEffect, { type: 'complete' }>['outcome']): void {
    const resolve = this.waiting;
    this.waiting = undefined;
    if (outcome.outcome === 'answered') resolve?.({ outcome: 'answered', payload: outcome.payload as JsonObject });
    else if (outcome.outcome === 'call-error') resolve?.({ outcome: 'call-error', code: outcome.code });
    else if (outcome.outcome === 'timeout' && !this.ended) resolve?.({ outcome: 'timeout' });
    else resolve?.({ outcome: 'connection-lost' });
  }

  private setTimer(name: string, afterMs: number, run: () => void): void {
    this.clearTimer(name);
    if (!this.ended) this.timers.set(name, this.o.timers.setTimeout(run, afterMs));
  }

  private clearTimer(name: string): void {
    const handle = this.timers.get(name);
    if (handle === undefined) return;
    this.o.timers.clear(handle);
    this.timers.delete(name);
  }
}

function tlsOf(tls: LinkOptions['tls']): Pick<ClientOptions, 'ca' | 'key' | 'cert'> {
  if (tls === undefined) return {};
  const { ca, key, cert } = tls;
  return { ...(ca && ca.length > 0 && { ca: [...ca] }), ...(key !== undefined && { key }), ...(cert !== undefined && { cert }) };
}
