import { EventEmitter } from 'node:events';
import { servicesSubject } from '@ampline/contracts';
import type { Bus } from '@ampline/platform-nats';
import type { StationLink } from '../sockets/station-link.js';
import type { Time } from '../time.js';
import { AnsweredCalls } from './answered-calls.js';

const OPEN = 1;
const CLOSED = 3;
/** RFC 6455 §7.4.1: ended without a word. */
const ABNORMAL = 1006;

/** What {@link MqttLink} emits. */
type Events = {
  message: [Buffer, boolean];
  ping: [];
  pong: [];
  error: [Error];
  close: [number, Buffer];
};

/**
 * A station's place at the MQTT server. There is no connection whose end could be seen: the station is there from its first message
 * until it is silent for too long, or its last will says that it is gone.
 */
export class MqttLink extends EventEmitter<Events> implements StationLink {
  /** Frames are pushed to us; what waits is bounded by the station's machine. */
  readonly isPaused = false;
  readonly bufferedAmount = 0;
  readyState = OPEN;

  private readonly calls = new AnsweredCalls();
  private heardAtMs: number;

  constructor(
    readonly place: string,
    private readonly bus: Bus,
    private readonly silenceMs: number,
    private readonly time: Time,
  ) {
    super();
    this.heardAtMs = time.clock.monotonicMs();
  }

  /** A frame of the station. The same call again is answered as before. */
  received(frame: string): void {
    this.heardAtMs = this.time.clock.monotonicMs();
    const before = this.calls.arrived(frame, this.heardAtMs);
    if (before === 'new') this.emit('message', Buffer.from(frame), false);
    else this.emit('ping');
    if (typeof before === 'object') this.publish(before.answer);
  }

  send(text: string): void {
    this.calls.sent(text);
    this.publish(text);
  }

  /** The server answers for the station as long as that is not silent for too long. */
  ping(): void {
    if (this.time.clock.monotonicMs() - this.heardAtMs < this.silenceMs) this.emit('pong');
  }

  pause(): void {
    // Nothing to hold back: the sender waits for the answer to each of its calls.
  }

  resume(): void {
    // As for `pause`.
  }

  close(code: number, reason: string): void {
    if (this.readyState === CLOSED) return;
    this.readyState = CLOSED;
    queueMicrotask(() => this.emit('close', code, Buffer.from(reason)));
  }

  terminate(): void {
    this.close(ABNORMAL, '');
  }

  private publish(text: string): void {
    this.bus.publish(servicesSubject(`${this.place}.out`), text);
  }
}
