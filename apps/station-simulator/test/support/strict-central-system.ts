import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  admitOcpp16Action,
  callFrame,
  errorFrame,
  isOcpp16Action,
  parseFrame,
  resultFrame,
  validateInbound,
  validateOutbound,
  type CallFrame,
  type Ocpp16Action,
  type RequestOf,
} from '@ampline/protocol-ocpp';
import { WebSocketServer, type WebSocket } from 'ws';

export interface Received {
  connection: number;
  messageId: string;
  action: Ocpp16Action;
  payload: Record<string, unknown>;
}

/** What a call is answered: a payload, a CALLERROR, nothing, or the end of the connection. */
export type Answer = { result: object } | { error: 'InternalError' } | 'silence' | 'cut';
export type Script = (call: Received, nth: number) => Answer | undefined;

/**
 * A central system that is strict: every request is held to its schema, message ids must be new on their connection, and a station
 * must wait for each answer. What breaks a rule is remembered in `violations`.
 */
export class StrictCentralSystem {
  readonly received: Received[] = [];
  readonly violations: string[] = [];
  readonly upgrades: { path: string; authorization: string | undefined; protocols: string | undefined }[] = [];
  /** Overrides the usual answers. */
  script: Script = () => undefined;
  private connections = 0;
  private transactions = 0;
  private commands = 0;
  private current: WebSocket | undefined;
  private readonly answers = new Map<string, (answer: Record<string, unknown>) => void>();

  private constructor(
    private readonly server: WebSocketServer,
    readonly port: number,
  ) {
    server.on('connection', (socket, request) => this.connected(socket, request));
  }

  static async start(o: { autoPong?: boolean } = {}): Promise<StrictCentralSystem> {
    const server = new WebSocketServer({
      ...o,
      host: '127.0.0.1',
      port: 0,
      handleProtocols: (offered) => offered.has('ocpp1.6') && 'ocpp1.6',
    });
    await once(server, 'listening');
    return new StrictCentralSystem(server, (server.address() as AddressInfo).port);
  }

  get url(): string {
    return `ws://127.0.0.1:${this.port}/ocpp`;
  }

  get connectionCount(): number {
    return this.connections;
  }

  of(action: Ocpp16Action): Received[] {
    return this.received.filter((call) => call.action === action);
  }

  /** Actions about transactions in the order they came. */
  get transactionActions(): string[] {
    return this.received
      .filter(({ action }) => ['StartTransaction', 'MeterValues', 'StopTransaction'].includes(action))
      .map(({ action }) => action);
  }

  /** Sends a request to the station that connected last; answers its payload, or `{error}` with the code. */
  async command<A extends Ocpp16Action>(action: A, payload: RequestOf<A>): Promise<Record<string, unknown>> {
    validateOutbound(action, 'request', payload);
    return this.ask(action, JSON.stringify(payload));
  }

  async ask(action: string, payloadJson: string): Promise<Record<string, unknown>> {
    this.commands += 1;
    const messageId = `command-${this.commands}`;
    const answer = new Promise<Record<string, unknown>>((resolve) => this.answers.set(messageId, resolve));
    this.current?.send(callFrame(messageId, action, payloadJson));
    return answer;
  }

  async stop(): Promise<void> {
    for (const client of this.server.clients) client.terminate();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private connected(socket: WebSocket, request: IncomingMessage): void {
    this.connections += 1;
    this.current = socket;
    const connection = this.connections;
    const ids = new Set<string>();
    this.upgrades.push({
      path: request.url ?? '',
      authorization: request.headers.authorization,
      protocols: request.headers['sec-websocket-protocol'],
    });
    socket.on('message', (data: Buffer) => this.frame(socket, connection, ids, data.toString('utf8')));
  }

  private frame(socket: WebSocket, connection: number, ids: Set<string>, text: string): void {
    const frame = parseFrame(text);
    if (frame.kind === 'result') return this.answers.get(frame.messageId)?.(frame.payload);
    if (frame.kind === 'error') return this.answers.get(frame.messageId)?.({ error: frame.code });
    if (frame.kind !== 'call') return void this.violations.push(`not a call: ${frame.kind}`);
    if (ids.has(frame.messageId)) this.violations.push(`message id used twice: ${frame.action}`);
    ids.add(frame.messageId);
    this.called(socket, connection, frame);
  }

  private called(socket: WebSocket, connection: number, frame: CallFrame): void {
    const { action, payload, messageId } = frame;
    if (!isOcpp16Action(action) || admitOcpp16Action('central-system', action) !== 'forward') {
      this.violations.push(`not an action of a station: ${action}`);
      return;
    }
    const valid = validateInbound(action, 'request', payload, 'strict');
    if (!valid.ok) this.violations.push(`${action}: ${valid.code} ${valid.description}`);
    const call: Received = { connection, messageId, action, payload };
    this.received.push(call);
    const answer = this.script(call, this.of(action).length) ?? { result: this.usual(call) };
    if (answer === 'cut') socket.terminate();
    else if (answer === 'silence') return;
    else if ('error' in answer) socket.send(errorFrame(frame, answer.error));
    else socket.send(resultFrame(frame, JSON.stringify(answer.result)));
  }

  private usual({ action }: Received): object {
    switch (action) {
      case 'BootNotification':
        return { status: 'Accepted', currentTime: '2026-01-01T00:00:00Z', interval: 300 };
      case 'Heartbeat':
        return { currentTime: '2026-01-01T00:00:00Z' };
      case 'Authorize':
        return { idTagInfo: { status: 'Accepted' } };
      case 'StartTransaction':
        this.transactions += 1;
        return { transactionId: 100 + this.transactions, idTagInfo: { status: 'Accepted' } };
      case 'StopTransaction':
        return { idTagInfo: { status: 'Accepted' } };
      default:
        return {};
    }
  }
}
