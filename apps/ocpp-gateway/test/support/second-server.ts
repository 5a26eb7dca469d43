import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';

/** How the second CSMS behaves. */
export type Manner = 'answers' | 'slow' | 'silent' | 'garbage' | 'hangs-up' | 'floods';

/** How long a slow one takes. */
const SLOW_MS = 800;

/**
 * A CSMS that is strict about stations: subprotocol, credentials, one call at a time, calls and nothing else that it did not ask for. What
 * it does not like it remembers in `violations`. It misbehaves itself when it is told to.
 */
export class SecondServer {
  readonly calls: { station: string; action: string; frame: string }[] = [];
  readonly answers: unknown[][] = [];
  readonly violations: string[] = [];
  readonly sockets = new Set<WebSocket>();
  manner: Manner = 'answers';
  /** Answers of `answers`. */
  answer: (action: string) => object = () => ({ currentTime: '2026-03-05T10:00:00Z', by: 'second' });
  private readonly asked = new Set<string>();
  private inWork = 0;

  private constructor(
    private server: WebSocketServer,
    readonly port: number,
  ) {
    this.listen();
  }

  static async start(port = 0): Promise<SecondServer> {
    const server = new WebSocketServer({
      port,
      host: '127.0.0.1',
      handleProtocols: (offered) => (offered.has('ocpp1.6') ? 'ocpp1.6' : false),
    });
    await once(server, 'listening');
    return new SecondServer(server, (server.address() as AddressInfo).port);
  }

  url(station: string): string {
    return `ws://127.0.0.1:${this.port}/cpms/${station}`;
  }

  /** A command to the station behind the connection. */
  command(messageId: string, action: string, payload: object): void {
    this.asked.add(messageId);
    for (const socket of this.sockets) socket.send(JSON.stringify([2, messageId, action, payload]));
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.terminate();
    const closed = once(this.server, 'close');
    this.server.close();
    await closed;
  }

  private listen(): void {
    this.server.on('connection', (socket, request) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
      socket.on('error', () => undefined);
      this.inWork = 0;
      this.greet(socket, request);
      socket.on('message', (data: Buffer) => this.received(socket, request.url?.split('/').at(-1) ?? '', data.toString('utf8')));
    });
  }

  private greet(socket: WebSocket, request: IncomingMessage): void {
    if (socket.protocol !== 'ocpp1.6') this.violations.push(`subprotocol ${socket.protocol}`);
    const credentials = Buffer.from(request.headers.authorization?.split(' ')[1] ?? '', 'base64').toString('utf8');
    if (credentials !== 'ST-1:second-password') this.violations.push(`credentials ${credentials}`);
    if (this.manner === 'hangs-up') socket.close(1011);
    if (this.manner === 'floods') for (let i = 0; i < 2_000; i += 1) socket.send(JSON.stringify([2, `f${i}`, 'Reset', { type: 'Hard' }]));
  }

  private received(socket: WebSocket, station: string, frame: string): void {
    const [type, id, ...rest] = JSON.parse(frame) as [number, string, ...unknown[]];
    if (type !== 2) {
      if (!this.asked.has(id) && this.manner !== 'floods') this.violations.push(`an answer to nothing: ${frame}`);
      this.answers.push([type, id, ...rest]);
      return;
    }
    this.calls.push({ station, action: String(rest[0]), frame });
    this.inWork += 1;
    if (this.inWork > 1) this.violations.push('a call before the last one was answered');
    if (this.manner === 'garbage') socket.send(Buffer.from([0, 159, 146, 150]), { binary: false });
    if (this.manner === 'garbage') socket.send('{"no": "frame"');
    const answer = () => {
      this.inWork -= 1;
      socket.send(JSON.stringify([3, id, this.answer(String(rest[0]))]));
    };
    if (this.manner === 'answers') answer();
    if (this.manner === 'slow') setTimeout(answer, SLOW_MS);
  }
}
