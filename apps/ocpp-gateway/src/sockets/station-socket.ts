import { context, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, type Span } from '@opentelemetry/api';
import { StationPathSubject, type SocketRouting } from '@ampline/contracts';
import { uuidv7 } from '@ampline/kernel-ids';
import type { TimerHandle } from '@ampline/kernel-time';
import {
  admitOcpp16Action,
  StationMachine,
  type CallAnswer,
  type CommandOutcome,
  type CommandRequest,
  type ForwardedCall,
  type MachineEffect,
  type MachineEvent,
  type MachineTimer,
} from '@ampline/protocol-ocpp';
import { WebSocket } from 'ws';
import type { GatewayServices } from '../gateway-services.js';
import type { CallResult } from '../gateway-metrics.js';
import { SecondCsms } from '../proxy/second-csms.js';
import { WS_CLOSE } from './close-codes.js';
import { oddityReport } from './oddity.js';
import type { SocketIdentity } from './socket-identity.js';
import type { StationLink } from './station-link.js';

interface CallInWork {
  callId: string;
  action: string;
  span: Span;
  arrivedMs: number;
}

/** Told once, when the socket has ended for good. */
export type SocketEnded = (socket: StationSocket, code: number, reason: string) => void;

/**
 * One station's socket: feeds what happens into its machine and carries out what the machine decides. Decides nothing itself, except
 * what no machine can see: binary frames, and a station that does not read.
 */
export class StationSocket {
  /** Monotonic ms of the last sign of life. */
  lastSeenMs: number;
  /** Monotonic ms of the ping that waits for a sign of life. */
  pingedAtMs: number | undefined;

  private readonly machine: StationMachine;
  private readonly timers: Partial<Record<MachineTimer, TimerHandle | undefined>> = {};
  /** Absent while there are none, as at most sockets: a map without entries takes as much memory as the whole machine. */
  private commands: Map<string, ((outcome: CommandOutcome) => void)[]> | undefined;
  private call: CallInWork | undefined;
  private route: SocketRouting | undefined;
  private secondCsms: SecondCsms | undefined;
  private gone = false;
  private wasSuperseded = false;

  constructor(
    readonly identity: SocketIdentity,
    private readonly ws: StationLink,
    private readonly services: GatewayServices,
    private readonly ended: SocketEnded,
  ) {
    const { limits, epoch } = identity;
    this.machine = new StationMachine({
      epoch,
      limits,
      admit: admitFromStation,
      newCallId: uuidv7,
      newMessageId: uuidv7,
      answerUnrecognised: services.config.answerUnrecognised,
    });
    this.lastSeenMs = services.time.clock.monotonicMs();
    this.listen();
  }

  /** False while the socket is not read: then silence means nothing. */
  get reading(): boolean {
    return !this.ws.isPaused;
  }

  /** A newer socket of the station took over: there is nothing to report about this one any more. */
  get superseded(): boolean {
    return this.wasSuperseded;
  }

  /** Where its calls go; undefined: to csms. */
  get routing(): SocketRouting | undefined {
    return this.route;
  }

  get second(): SecondCsms | undefined {
    return this.secondCsms;
  }

  /** The calls go elsewhere from now on, those that are held included; the station notices nothing. */
  reroute(routing: SocketRouting): void {
    if (this.gone || (this.route && this.route.version >= routing.version)) return;
    const before = JSON.stringify(this.route?.proxy);
    this.route = routing;
    if (JSON.stringify(routing.proxy) === before) return;
    this.secondCsms?.stop();
    this.secondCsms = routing.proxy && new SecondCsms(routing.proxy, this, this.services);
  }

  /** Resolves when the machine knows how the command ended; never rejects. */
  command(request: CommandRequest): Promise<CommandOutcome> {
    return new Promise((resolve) => {
      this.commands ??= new Map();
      const waiting = this.commands.get(request.commandId);
      if (waiting) waiting.push(resolve);
      else this.commands.set(request.commandId, [resolve]);
      this.step({ type: 'command', ...request });
    });
  }

  supersede(): void {
    this.wasSuperseded = true;
    this.step({ type: 'superseded' });
  }

  /** Closes when the call in work has been answered. */
  shutdown(code: number, reason: string): void {
    this.step({ type: 'shutdown', code, reason });
  }

  /** Closes now; what is under way ends. */
  close(code: number, reason: string): void {
    this.step({ type: 'closed' });
    this.sayGoodbye(code, reason);
  }

  ping(): void {
    if (this.ws.readyState === WebSocket.OPEN) this.ws.ping();
  }

  /** Without a handshake: for a peer that does not answer or does not read. */
  terminate(): void {
    this.ws.terminate();
  }

  private listen(): void {
    const seen = () => this.seen();
    this.ws.on('message', (data, isBinary) => this.received(data, isBinary));
    this.ws.on('ping', seen);
    this.ws.on('pong', seen);
    this.ws.on('error', (error) => this.broken(error));
    this.ws.on('close', (code, reason) => this.end(code, reason.toString('utf8')));
  }

  private seen(): void {
    this.lastSeenMs = this.services.time.clock.monotonicMs();
    this.pingedAtMs = undefined;
  }

  private received(bytes: Buffer, isBinary: boolean): void {
    this.seen();
    this.services.metrics.bytes('in', bytes.length);
    // Read on its way to the closing handshake; unanswered, it is the station's to send again.
    if (!this.machine.open) return this.services.metrics.odd('after-close');
    if (isBinary) {
      this.odd('binary', bytes.toString('base64'));
      this.close(WS_CLOSE.unsupportedData, 'text frames only');
      return;
    }
    this.step({ type: 'frame', text: bytes.toString('utf8') });
  }

  /** `ws` closes by itself after these: 1009 too large, 1007 not UTF-8, 1002 no WebSocket frame. */
  private broken(error: Error): void {
    const code = 'code' in error ? String(error.code) : error.name;
    this.services.metrics.odd('websocket-error');
    this.services.log.info('socket.error', { ...this.labels(), code });
  }

  private end(code: number, reason: string): void {
    if (this.gone) return;
    this.gone = true;
    this.step({ type: 'closed' });
    this.finishCall('gave-up');
    this.secondCsms?.stop();
    this.services.metrics.closed(code);
    this.ended(this, code, reason);
  }

  private step(event: MachineEvent): void {
    const { clock } = this.services.time;
    const effects = this.machine.handle(event, { wallMs: clock.now().getTime(), monotonicMs: clock.monotonicMs() });
    for (const effect of effects) this.carryOut(effect);
  }

  private carryOut(effect: MachineEffect): void {
    switch (effect.type) {
      case 'send':
        return this.send(effect.text, effect.answers);
      case 'forward':
        return void this.forward(effect);
      case 'complete':
        return this.complete(effect.commandId, effect.outcome, effect.delayMs);
      case 'oddity':
        return this.odd(effect.reason, effect.frame, effect.answer);
      case 'answer-dropped':
        return this.services.log.info('call.answer-dropped', { ...this.labels(), callId: effect.callId });
      case 'pause-reading':
        return this.ws.pause();
      case 'resume-reading':
        return this.ws.resume();
      case 'set-timer':
        return this.setTimer(effect.timer, effect.afterMs);
      case 'clear-timer':
        return this.clearTimer(effect.timer);
      case 'close':
        this.services.log.info('socket.closing', { ...this.labels(), code: effect.code, reason: effect.reason });
        return this.sayGoodbye(effect.code, effect.reason);
    }
  }

  /** The station's half of the closing handshake can only be read by who reads. */
  private sayGoodbye(code: number, reason: string): void {
    this.ws.close(code, reason);
    this.ws.resume();
  }

  private send(text: string, answers: string | undefined): void {
    if (this.ws.readyState !== WebSocket.OPEN) return;
    this.ws.send(text);
    this.services.metrics.bytes('out', text.length);
    if (answers !== undefined && this.call?.callId === answers) this.finishCall(isResult(text) ? 'result' : 'call-error');
    if (this.ws.bufferedAmount > this.services.config.maxBufferedBytes) this.cutOff();
  }

  private cutOff(): void {
    this.services.metrics.odd('slow-consumer');
    this.services.log.warn('socket.slow-consumer', { ...this.labels(), bufferedBytes: this.ws.bufferedAmount });
    this.ws.terminate();
  }

  private async forward(call: ForwardedCall): Promise<void> {
    const { telemetry, time, forwarder } = this.services;
    const { tenant, station } = this.identity;
    const span = telemetry.tracer.startSpan(
      `ocpp.frame ${call.action}`,
      {
        kind: SpanKind.SERVER,
        startTime: call.receivedAtMs,
        attributes: { 'ampline.tenant': tenant, 'ampline.station': station, 'ocpp.action': call.action, 'ocpp.call_id': call.callId },
      },
      ROOT_CONTEXT,
    );
    const waitedMs = Math.max(0, time.clock.now().getTime() - call.receivedAtMs);
    const work = { callId: call.callId, action: call.action, span, arrivedMs: time.clock.monotonicMs() - waitedMs };
    this.call = work;
    if (this.route?.proxy?.mode === 'mirror') this.secondCsms?.copy(call.messageId, call.action, call.rawFrame);
    const wanted = () => this.call === work;
    const answer = await context.with(trace.setSpan(ROOT_CONTEXT, span), () => forwarder.forward(this, call, wanted));
    this.answered(call.callId, answer);
  }

  private answered(callId: string, answer: CallAnswer | undefined): void {
    if (answer !== undefined) this.step({ type: 'call-answered', callId, answer });
    else if (!this.gone) this.step({ type: 'call-failed', callId });
  }

  private finishCall(result: CallResult): void {
    const { call } = this;
    if (!call) return;
    this.call = undefined;
    if (result === 'gave-up') call.span.setStatus({ code: SpanStatusCode.ERROR, message: result });
    call.span.end();
    this.services.metrics.called(call.action, result, (this.services.time.clock.monotonicMs() - call.arrivedMs) / 1_000);
  }

  private complete(commandId: string, outcome: CommandOutcome, delayMs: number): void {
    const waiting = this.commands?.get(commandId);
    if (!waiting) return;
    this.commands?.delete(commandId);
    if (this.commands?.size === 0) this.commands = undefined;
    const reply = () => waiting.forEach((resolve) => resolve(outcome));
    if (delayMs === 0) reply();
    else this.services.time.timers.setTimeout(reply, delayMs);
  }

  private odd(reason: string, frame: string, answer?: string): void {
    const { metrics, log, bus, time } = this.services;
    const { tenant, station } = this.identity;
    metrics.odd(reason);
    log.info('frame.odd', { ...this.labels(), reason, answered: answer !== undefined });
    const report = oddityReport(this.identity, time.clock.now(), { reason, frame, answer });
    bus.publish(StationPathSubject.oddity(tenant, station), JSON.stringify(report));
  }

  private setTimer(timer: MachineTimer, afterMs: number): void {
    this.clearTimer(timer);
    const fire = () => {
      this.timers[timer] = undefined;
      this.step({ type: 'timer', timer });
    };
    this.timers[timer] = this.services.time.timers.setTimeout(fire, afterMs);
  }

  private clearTimer(timer: MachineTimer): void {
    const handle = this.timers[timer];
    if (!handle) return;
    this.timers[timer] = undefined;
    this.services.time.timers.clear(handle);
  }

  /** Who it is, for a log line. */
  labels(): object {
    const { tenant, station, epoch } = this.identity;
    return { tenant, station, epoch };
  }
}

function admitFromStation(action: string) {
  return admitOcpp16Action('central-system', action);
}

/** `[3,` or `[4,`: the machine composes them without spaces. */
function isResult(frame: string): boolean {
  return frame.charCodeAt(1) === 0x33;
}
