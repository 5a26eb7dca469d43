import { StationPathSubject, type ProxyRoute, type ProxyState } from '@ampline/contracts';
import { uuidv7 } from '@ampline/kernel-ids';
import type { TimerHandle } from '@ampline/kernel-time';
import {
  admitOcpp16Action,
  errorFrame,
  parseFrame,
  resultFrame,
  type CallFrame,
  type CommandOutcome,
  type CommandRequest,
} from '@ampline/protocol-ocpp';
import { WebSocket, type RawData } from 'ws';
import type { GatewayServices } from '../gateway-services.js';
import type { SocketIdentity } from '../sockets/socket-identity.js';
import { SecondCalls } from './second-calls.js';

/** The station behind the connection. */
export interface ProxiedStation {
  readonly identity: SocketIdentity;
  command(request: CommandRequest): Promise<CommandOutcome>;
}

const ANSWER_WITHIN_MS = 30_000;
const PING_EVERY_MS = 30_000;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** Frames that the second CSMS may send in a minute, answers included. */
const FRAMES_PER_MINUTE = 600;
const MOST_UNSENT = 1024 * 1024;
const POLICY_VIOLATION = 1008;

/**
 * The connection to a second CSMS, made as the station would make it. It knows nothing that could hold up the station: what is to be
 * sent is put into a bounded queue, what comes in is counted, and a connection that misbehaves is cut and made again, ever more rarely.
 */
export class SecondCsms {
  private readonly calls = new SecondCalls();
  private socket: WebSocket | undefined;
  private state: ProxyState['state'] = 'connecting';
  private failures = 0;
  private frames = 0;
  private framesSinceMs = 0;
  private heard = true;
  private stopped = false;
  private boot: string | undefined;
  private readonly timers = new Map<'again' | 'answer' | 'ping', TimerHandle>();

  constructor(
    readonly route: ProxyRoute,
    private readonly station: ProxiedStation,
    private readonly services: GatewayServices,
  ) {
    this.connect();
  }

  /** A copy of a call of the station. */
  copy(messageId: string, action: string, frame: string): void {
    if (action === 'BootNotification') this.boot = frame;
    this.calls.put({ messageId, frame });
    this.pump();
  }

  /** The frame that the second CSMS answers with; undefined when it does not within `timeoutMs`, or is away. */
  ask(messageId: string, frame: string, timeoutMs: number): Promise<string | undefined> {
    if (this.state !== 'connected') return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const timer = this.services.time.timers.setTimeout(() => resolve(undefined), timeoutMs);
      const answered = (answer: string | undefined) => {
        this.services.time.timers.clear(timer);
        resolve(answer);
      };
      const call = { messageId, frame, answered };
      if (!this.calls.join(call) && !this.calls.put(call)) answered(undefined);
      this.pump();
    });
  }

  stop(): void {
    this.stopped = true;
    for (const timer of this.timers.values()) this.services.time.timers.clear(timer);
    this.timers.clear();
    this.calls.connectionLost();
    this.socket?.close(1000);
    this.socket = undefined;
  }

  private connect(): void {
    const { username, password, url } = this.route;
    const headers =
      password === undefined ? {} : { Authorization: `Basic ${Buffer.from(`${username ?? ''}:${password}`).toString('base64')}` };
    const socket = new WebSocket(url, ['ocpp1.6'], { headers, perMessageDeflate: false, handshakeTimeout: 10_000, maxPayload: 262_144 });
    this.socket = socket;
    let reason = '';
    socket.on('open', () => this.opened());
    socket.on('pong', () => (this.heard = true));
    socket.on('message', (data, isBinary) => this.received(data, isBinary));
    socket.on('error', (error) => (reason = error.message));
    socket.on('close', (code) => this.lost(socket, reason || String(code)));
  }

  private opened(): void {
    this.failures = 0;
    this.heard = true;
    this.tell('connected');
    // A CSMS takes nothing from a station that it has not seen boot.
    if (this.boot !== undefined && this.route.mode === 'mirror') this.socket?.send(this.boot);
    this.later('ping', PING_EVERY_MS, () => this.ping());
    this.pump();
  }

  private ping(): void {
    if (!this.heard) return this.socket?.terminate();
    this.heard = false;
    this.socket?.ping();
    this.later('ping', PING_EVERY_MS, () => this.ping());
  }

  private lost(socket: WebSocket, reason: string): void {
    if (this.socket !== socket || this.stopped) return;
    this.socket = undefined;
    this.failures += 1;
    this.clear('answer');
    this.clear('ping');
    this.calls.connectionLost();
    this.tell('failing', reason);
    const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** (this.failures - 1), LONGEST_PAUSE_MS);
    this.later('again', pauseMs * (0.5 + Math.random() / 2), () => this.connect());
  }

  private pump(): void {
    const { socket } = this;
    if (socket?.readyState !== WebSocket.OPEN) return;
    if (socket.bufferedAmount > MOST_UNSENT) return socket.terminate();
    const call = this.calls.next();
    if (!call) return;
    socket.send(call.frame);
    this.later('answer', ANSWER_WITHIN_MS, () => this.settle(undefined));
  }

  private settle(answer: string | undefined): void {
    this.clear('answer');
    this.calls.done(answer);
    this.pump();
  }

  private received(data: RawData, isBinary: boolean): void {
    this.heard = true;
    if (this.floods()) return this.socket?.close(POLICY_VIOLATION, 'too many messages');
    if (isBinary) return;
    const text = (data as Buffer).toString('utf8');
    const frame = parseFrame(text, { maxBytes: 262_144 });
    if (frame.kind === 'call') return void this.commanded(frame);
    const isAnswer = frame.kind === 'result' || frame.kind === 'error';
    if (isAnswer && frame.messageId === this.calls.onTheWire?.messageId) this.settle(text);
  }

  private floods(): boolean {
    const nowMs = this.services.time.clock.monotonicMs();
    if (nowMs - this.framesSinceMs > 60_000) {
      this.framesSinceMs = nowMs;
      this.frames = 0;
    }
    this.frames += 1;
    return this.frames > FRAMES_PER_MINUTE;
  }

  /** Its message id stays on its side: to the station the command has one of ours. */
  private async commanded(call: CallFrame): Promise<void> {
    const admission = admitOcpp16Action('station', call.action);
    const refusal = this.route.mode === 'mirror' ? 'NotSupported' : admission;
    if (refusal !== 'forward')
      return this.reply(errorFrame(call, refusal, this.route.mode === 'mirror' ? 'This connection only listens.' : ''));
    const { identity } = this.station;
    const { clock } = this.services.time;
    const commandId = uuidv7();
    const deadlineMs = clock.now().getTime() + identity.limits.commandTimeoutMs;
    const receivedAt = clock.now();
    const payloadJson = JSON.stringify(call.payload);
    const outcome = await this.station.command({ commandId, epoch: identity.epoch, action: call.action, payloadJson, deadlineMs });
    if (outcome.outcome === 'answered') this.reply(resultFrame(call, JSON.stringify(outcome.payload)));
    else if (outcome.outcome === 'call-error') this.reply(errorFrame(call, 'GenericError', `${outcome.code}: ${outcome.description}`));
    else this.reply(errorFrame(call, 'GenericError', outcome.outcome));
    if (outcome.outcome !== 'answered' && outcome.outcome !== 'call-error') return;
    const { messageId, requestFrame, responseFrame } = outcome;
    const result = outcome.outcome === 'answered' ? 'ok' : outcome.code;
    this.services.foreign.tell(identity, {
      messageUuid: commandId,
      receivedAt: receivedAt.toISOString(),
      direction: 'to-station',
      action: call.action,
      ...{ messageId, requestFrame, responseFrame, result, by: 'proxy' },
    });
  }

  private reply(frame: string): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(frame);
  }

  private tell(state: ProxyState['state'], reason?: string): void {
    this.state = state;
    const { tenant, station, stationId, epoch } = this.station.identity;
    const { bus, time, log } = this.services;
    log.info('proxy.state', { tenant, station, epoch, state, reason, dropped: this.calls.dropped });
    const body: ProxyState = {
      stationId,
      at: time.clock.now().toISOString(),
      state,
      dropped: this.calls.dropped,
      ...(reason && { reason }),
    };
    bus.publish(StationPathSubject.proxyState(tenant, station), JSON.stringify(body));
  }

  private later(name: 'again' | 'answer' | 'ping', ms: number, run: () => void): void {
    this.clear(name);
    this.timers.set(name, this.services.time.timers.setTimeout(run, ms));
  }

  private clear(name: 'again' | 'answer' | 'ping'): void {
    const timer = this.timers.get(name);
    if (timer) this.services.time.timers.clear(timer);
    this.timers.delete(name);
  }
}
