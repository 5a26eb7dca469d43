import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import WebSocket from 'ws';

/** An answer as it came over the wire. */
export type RawAnswer =
  { kind: 'result'; payload: Record<string, unknown> } | { kind: 'error'; code: string; description: string; details: unknown };

/** What a command of the back end is answered with. */
export type CommandAnswer = (action: string, payload: Record<string, unknown>) => Record<string, unknown> | { error: string } | 'silence';

export interface RawStationOptions {
  url: string;
  identity: string;
  password?: string;
  subprotocols?: string[];
  onCommand?: CommandAnswer;
}

/** A charging station reduced to its socket: sends exactly the frames it is told to, and keeps everything that came back. */
export class RawStation {
  readonly received: string[] = [];
  readonly commands: { action: string; messageId: string; payload: Record<string, unknown> }[] = [];
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly #waiting = new Map<string, (answer: RawAnswer) => void>();

  private constructor(
    readonly socket: WebSocket,
    readonly identity: string,
    private readonly onCommand: CommandAnswer,
  ) {
    this.closed = new Promise((resolve) => socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() })));
    socket.on('message', (data: Buffer) => this.#receive(data.toString()));
    socket.on('error', () => undefined);
  }

  /** Connects; throws when the upgrade is refused. */
  static async connect(o: RawStationOptions): Promise<RawStation> {
    const refusal = { status: 0 };
    const auth = o.password === undefined ? {} : { auth: `${o.identity}:${o.password}` };
    const socket = new WebSocket(`${o.url}/${encodeURIComponent(o.identity)}`, o.subprotocols ?? ['ocpp1.6'], {
      ...auth,
      perMessageDeflate: false,
    });
    const station = new RawStation(socket, o.identity, o.onCommand ?? (() => ({ status: 'Accepted' })));
    socket.once('unexpected-response', (_request, response) => {
      refusal.status = response.statusCode ?? 0;
      response.resume();
      socket.terminate();
    });
    try {
      await once(socket, 'open');
    } catch (cause) {
      throw Object.assign(new Error(`upgrade refused with ${refusal.status}`, { cause }), { status: refusal.status });
    }
    return station;
  }

  /** Sends a CALL and waits for its answer. Rejects when the socket closes first. */
  call(action: string, payload: unknown, messageId: string = randomUUID()): Promise<RawAnswer> {
    const answer = new Promise<RawAnswer>((resolve) => this.#waiting.set(messageId, resolve));
    this.socket.send(JSON.stringify([2, messageId, action, payload]));
    const gone = this.closed.then(({ code }) => Promise.reject(new Error(`closed with ${code} before ${action} was answered`)));
    return Promise.race([answer, gone]);
  }

  /** Sends a CALL and expects a result. */
  async ask(action: string, payload: unknown, messageId?: string): Promise<Record<string, unknown>> {
    const answer = await this.call(action, payload, messageId);
    if (answer.kind === 'error') throw new Error(`${action}: ${answer.code} ${answer.description}`);
    return answer.payload;
  }

  /** Sends a frame as it is. */
  sendRaw(frame: string | Buffer): void {
    this.socket.send(frame);
  }

  /** Sends a frame as it is and waits for the next frame that comes in. */
  async exchange(frame: string): Promise<unknown> {
    const next = once(this.socket, 'message') as Promise<[Buffer]>;
    this.socket.send(frame);
    const [data] = await next;
    return JSON.parse(data.toString()) as unknown;
  }

  async close(): Promise<void> {
    this.socket.close(1000);
    await this.closed;
  }

  /** As when the power goes: no close frame. */
  terminate(): void {
    this.socket.terminate();
  }

  #receive(text: string): void {
    this.received.push(text);
    const [type, id, ...rest] = JSON.parse(text) as [number, string, ...unknown[]];
    if (type === 2) return this.#answer(id, rest[0] as string, rest[1] as Record<string, unknown>);
    const resolve = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (type === 3) resolve?.({ kind: 'result', payload: rest[0] as Record<string, unknown> });
    else resolve?.({ kind: 'error', code: rest[0] as string, description: rest[1] as string, details: rest[2] });
  }

  #answer(messageId: string, action: string, payload: Record<string, unknown>): void {
    this.commands.push({ action, messageId, payload });
    const answer = this.onCommand(action, payload);
    if (answer === 'silence') return;
    const frame = typeof answer['error'] === 'string' ? [4, messageId, answer['error'], '', {}] : [3, messageId, answer];
    this.socket.send(JSON.stringify(frame));
  }
}
