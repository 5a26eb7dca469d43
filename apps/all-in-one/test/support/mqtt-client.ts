import { randomUUID } from 'node:crypto';
import { eventually } from '@ampline/platform-testing';
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import type { CommandAnswer, RawAnswer } from './raw-station.js';

const AGAIN_EVERY_MS = 1_000;

/** A connection that ends rejects what the server has not acknowledged yet; whether it arrived is judged by what the other side does. */
const unacknowledged = (): void => undefined;

/** What comes in on one topic. */
type Listener = (text: string) => void;

/** One connection to the MQTT listener: of a station, or of a gateway that speaks for several. */
export class MqttConnection {
  readonly #listeners = new Map<string, Listener>();

  private constructor(readonly client: MqttClient) {
    client.on('message', (topic, payload) => this.#listeners.get(topic)?.(payload.toString()));
    client.on('error', () => undefined);
  }

  /** Connects once the server knows the user: it reads its accounts again a moment after they have changed. */
  static connect(url: string, username: string, password: string, o: IClientOptions = {}): Promise<MqttConnection> {
    return eventually(async () => {
      try {
        return new MqttConnection(await connectAsync(url, { username, password, reconnectPeriod: 0, connectTimeout: 2_000, ...o }, false));
      } catch {
        return undefined;
      }
    });
  }

  /** A station at its topic. */
  async station(topic: string, onCommand: CommandAnswer = () => ({ status: 'Accepted' }), qos: 0 | 1 = 1): Promise<MqttStation> {
    const station = new MqttStation(this, topic, onCommand, qos);
    this.#listeners.set(`${topic}/out`, (text) => station.receive(text));
    await this.client.subscribeAsync(`${topic}/out`, { qos });
    return station;
  }

  close(): Promise<void> {
    return this.client.endAsync(true);
  }
}

/** A charging station reduced to its topics. */
export class MqttStation {
  readonly received: string[] = [];
  readonly commands: { action: string; payload: Record<string, unknown> }[] = [];
  readonly #waiting = new Map<string, (answer: RawAnswer) => void>();

  constructor(
    private readonly connection: MqttConnection,
    readonly topic: string,
    private readonly onCommand: CommandAnswer,
    private readonly qos: 0 | 1,
  ) {}

  /** Sends a CALL and expects a result; sends it again, as it is, until there is one. */
  async ask(action: string, payload: unknown, messageId: string = randomUUID()): Promise<Record<string, unknown>> {
    const found: { answer?: RawAnswer } = {};
    this.#waiting.set(messageId, (answer) => (found.answer = answer));
    const again = () => this.sendRaw(JSON.stringify([2, messageId, action, payload]));
    await again();
    const timer = setInterval(() => void again().catch(unacknowledged), AGAIN_EVERY_MS);
    const answer = await eventually(() => found.answer).finally(() => clearInterval(timer));
    if (answer.kind === 'error') throw new Error(`${action}: ${answer.code} ${answer.description}`);
    return answer.payload;
  }

  async sendRaw(frame: string): Promise<void> {
    await this.connection.client.publishAsync(`${this.topic}/in`, frame, { qos: this.qos });
  }

  async say(status: string): Promise<void> {
    await this.connection.client.publishAsync(`${this.topic}/status`, status, { qos: this.qos });
  }

  receive(text: string): void {
    this.received.push(text);
    const [type, id, ...rest] = JSON.parse(text) as [number, string, ...unknown[]];
    if (type === 2) return this.#obey(id, rest[0] as string, rest[1] as Record<string, unknown>);
    const resolve = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (type === 3) resolve?.({ kind: 'result', payload: rest[0] as Record<string, unknown> });
    else resolve?.({ kind: 'error', code: rest[0] as string, description: rest[1] as string, details: rest[2] });
  }

  #obey(messageId: string, action: string, payload: Record<string, unknown>): void {
    this.commands.push({ action, payload });
    const answer = this.onCommand(action, payload);
    if (answer !== 'silence') void this.sendRaw(JSON.stringify([3, messageId, answer])).catch(unacknowledged);
  }
}
