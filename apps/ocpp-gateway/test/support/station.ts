import type { IncomingMessage } from 'node:http';
import type { SecureVersion } from 'node:tls';
import { eventually } from '@ampline/platform-testing';
import { WebSocket } from 'ws';

export interface ConnectOptions {
  path: string;
  /** undefined: offers no subprotocol at all. */
  protocols?: string[] | undefined;
  username?: string;
  password?: string;
  headers?: Record<string, string>;
  /** false: leaves pings without a pong. */
  autoPong?: boolean;
  /** Answers every CALL from the first on. */
  obeys?: boolean;
  /** PEM; absent: plain text. */
  tls?: { ca: string; cert?: string; key?: string; maxVersion?: SecureVersion };
}

/** An upgrade that was refused. */
export interface RefusedUpgrade {
  status: number;
  headers: IncomingMessage['headers'];
  body: { code: string; message: string };
}

/** A bare WebSocket client: sends what it is told, keeps what it gets. */
export class Station {
  readonly frames: string[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;

  private constructor(readonly ws: WebSocket) {
    ws.on('message', (data: Buffer) => this.frames.push(data.toString('utf8')));
    ws.on('error', () => undefined);
    this.closed = new Promise((resolve) => ws.once('close', (code, reason) => resolve({ code, reason: reason.toString('utf8') })));
  }

  static async connect(port: number, o: ConnectOptions): Promise<Station> {
    const result = await Station.attempt(port, o);
    if (result instanceof Station) return result;
    throw new Error(`The upgrade was refused: ${result.status} ${result.body.code}`);
  }

  static async refused(port: number, o: ConnectOptions): Promise<RefusedUpgrade> {
    const result = await Station.attempt(port, o);
    if (result instanceof Station) throw new Error('The upgrade was not refused.');
    return result;
  }

  static attempt(port: number, o: ConnectOptions): Promise<Station | RefusedUpgrade> {
    const headers = { ...o.headers };
    if (o.password !== undefined) {
      const username = o.username ?? decodeURIComponent(o.path.split('/').at(-1) ?? '');
      headers['Authorization'] = `Basic ${Buffer.from(`${username}:${o.password}`).toString('base64')}`;
    }
    const protocols = 'protocols' in o ? (o.protocols ?? []) : ['ocpp1.6'];
    const ws = new WebSocket(`${o.tls ? 'wss' : 'ws'}://127.0.0.1:${port}${o.path}`, protocols, {
      ...o.tls,
      headers,
      perMessageDeflate: false,
      autoPong: o.autoPong ?? true,
    });
    const station = new Station(ws);
    if (o.obeys) station.obey();
    return new Promise((resolve, reject) => {
      ws.once('open', () => resolve(station));
      ws.once('unexpected-response', (_request, response) => {
        readAll(response).then(
          (body) => {
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body: JSON.parse(body) as RefusedUpgrade['body'] });
            ws.terminate();
          },
          (error: unknown) => reject(error as Error),
        );
      });
      ws.once('error', reject);
    });
  }

  send(frame: unknown): void {
    this.ws.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  }

  /** Sends a CALL and waits for its answer, whatever kind it is. */
  async call(messageId: string, action: string, payload: object = {}): Promise<unknown[]> {
    this.send([2, messageId, action, payload]);
    return this.answer(messageId);
  }

  /** Sends a CALL; false when the socket is closed, now or before its answer. */
  answers(call: [2, string, string, object]): Promise<boolean> {
    const { ws } = this;
    if (ws.readyState !== ws.OPEN) return this.closed.then(() => false);
    return new Promise((resolve) => {
      const end = (answered: boolean): void => {
        ws.off('message', take).off('close', lost);
        resolve(answered);
      };
      const take = (data: Buffer): void => {
        const [type, id] = JSON.parse(data.toString('utf8')) as unknown[];
        if (type !== 2 && id === call[1]) end(true);
      };
      const lost = (): void => end(false);
      ws.on('message', take).on('close', lost);
      this.send(call);
    });
  }

  /** The RESULT or ERROR with this message id. */
  answer(messageId: string | number): Promise<unknown[]> {
    return eventually(() => this.parsed().find((frame) => frame[0] !== 2 && frame[1] === messageId));
  }

  /** The n-th CALL of the other side. */
  commanded(n = 0): Promise<[number, string, string, Record<string, unknown>]> {
    return eventually(() => this.commands()[n]);
  }

  commands(): [number, string, string, Record<string, unknown>][] {
    return this.parsed().filter((frame) => frame[0] === 2) as [number, string, string, Record<string, unknown>][];
  }

  /** Answers every CALL of the other side at once. */
  obey(payload: (action: string) => object = () => ({ status: 'Accepted' })): void {
    this.ws.on('message', (data: Buffer) => {
      const [type, id, action] = JSON.parse(data.toString('utf8')) as [number, string, string];
      if (type === 2) this.send([3, id, payload(action)]);
    });
  }

  end(): void {
    this.ws.close(1000);
  }

  /** As if the power failed. */
  vanish(): void {
    this.ws.terminate();
  }

  private parsed(): unknown[][] {
    return this.frames.map((frame) => JSON.parse(frame) as unknown[]);
  }
}

async function readAll(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of response) text += String(chunk);
  return text;
}
