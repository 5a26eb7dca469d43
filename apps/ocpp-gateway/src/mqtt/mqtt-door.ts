import {
  MqttSubject,
  MqttTopic,
  servicesSubject,
  splitServicesSubject,
  type Admitted,
  type AdmitRequest,
  type MqttPlace,
} from '@ampline/contracts';
import { AppError } from '@ampline/kernel-errors';
import type { Incoming, Served } from '@ampline/platform-nats';
import type { Admission, AdmissionOutcome } from '../admission/admission.js';
import type { GatewayServices } from '../gateway-services.js';
import { WS_CLOSE } from '../sockets/close-codes.js';
import { MqttLink } from './mqtt-link.js';

/** Where those who were admitted go. */
interface Doorstep {
  readonly sockets: number;
  entered(admitted: Admitted, remoteAddress: string, link: MqttLink, transport: 'mqtt'): void;
}

const QUEUE = 'mqtt';
/** How long the gateway that holds a station may take to accept a frame. */
const HAND_OVER_MS = 2_000;
/** Frames that wait while their station is let in. */
const MOST_WAITING = 20;
/** Last will of a station, or what it says when it leaves. */
const GONE = /^\s*("?offline"?|\{\s*"status"\s*:\s*"offline".*\})\s*$/is;
const ADDRESS = 'mqtt';

/**
 * Stations that speak OCPP over MQTT. Every gateway takes messages of any of them, in one queue group, and hands each to the gateway that
 * holds the station: the one that subscribes to the station's place. Where nobody does, the gateway that got the message asks for
 * admission and holds the station from then on. Two that do so at once get different connection epochs, and the lower one gives way, as
 * with two WebSockets: the epoch is the lease.
 */
export class MqttDoor {
  private readonly topics: readonly MqttTopic[];
  private readonly held = new Map<string, MqttLink>();
  private readonly entering = new Map<string, string[]>();
  private served: Served[] = [];
  private open = true;

  constructor(
    private readonly services: GatewayServices,
    private readonly admission: Admission,
    private readonly doorstep: Doorstep,
    topics: readonly string[],
  ) {
    this.topics = topics.map((topic) => new MqttTopic(topic));
  }

  start(): void {
    const { bus } = this.services;
    this.served = [
      ...this.topics.flatMap((topic) =>
        (['in', 'status'] as const).map((level) =>
          bus.serve(servicesSubject(topic.pattern(level)), { queue: QUEUE }, (message) => this.onMessage(message)),
        ),
      ),
      bus.serve(MqttSubject.adopt, { queue: QUEUE }, (message) => this.adopt(message.body)),
    ];
  }

  /** Takes nothing new: the other gateways do. Stations that are held here are still served. */
  async refuse(): Promise<void> {
    this.open = false;
    await Promise.all(this.served.splice(0).map((served) => served.drain()));
  }

  private async onMessage(message: Incoming): Promise<void> {
    const { place, level } = splitServicesSubject(message.subject);
    const gone = level === 'status';
    if (gone && !GONE.test(message.body)) return;
    const frame = gone ? '' : message.body;
    if (this.take(place, frame) || (await this.handOver(place, frame)) || gone) return;
    await this.enter(place, frame);
  }

  /** Empty: the station is gone. False when it is not held here. */
  private take(place: string, frame: string): boolean {
    const link = this.held.get(place);
    if (!link) return false;
    if (frame === '') link.close(WS_CLOSE.normal, 'the station left');
    else link.received(frame);
    return true;
  }

  private async handOver(place: string, frame: string): Promise<boolean> {
    if (this.entering.has(place)) return false;
    try {
      const reply = await this.services.bus.request(MqttSubject.frame(place), frame, { timeoutMs: HAND_OVER_MS });
      return reply.body === 'taken';
    } catch (error) {
      // Nobody holds it, or whoever did is frozen: then this gateway takes over.
      if (AppError.is(error) && (error.kind === 'unavailable' || error.kind === 'timeout')) return false;
      throw error;
    }
  }

  /** Left by a gateway that ends. */
  private async adopt(place: string): Promise<void> {
    if (!this.held.has(place)) await this.enter(place, undefined);
  }

  private async enter(place: string, frame: string | undefined): Promise<void> {
    const waiting = this.entering.get(place);
    if (waiting) {
      if (frame !== undefined && waiting.length < MOST_WAITING) waiting.push(frame);
      return;
    }
    const named = this.read(place);
    if (!named || !this.open || this.doorstep.sockets >= this.services.config.maxSockets) return;
    const frames = frame === undefined ? [] : [frame];
    this.entering.set(place, frames);
    const outcome = await this.ask(named);
    this.entering.delete(place);
    if (outcome?.outcome !== 'accepted') return this.refused(named, outcome);
    this.services.metrics.admitted('accepted');
    const link = this.hold(place);
    this.doorstep.entered(outcome, ADDRESS, link, 'mqtt');
    for (const held of frames) link.received(held);
  }

  private read(place: string): MqttPlace | undefined {
    for (const topic of this.topics) {
      const read = topic.read(place);
      if (read) return read;
    }
    return undefined;
  }

  private async ask({ tenant, station }: MqttPlace): Promise<AdmissionOutcome | undefined> {
    const { name, log } = this.services;
    const question: AdmitRequest = {
      ...name,
      ...(tenant !== undefined && { tenant }),
      station,
      remoteAddress: ADDRESS,
      subprotocols: ['ocpp1.6'],
      transport: 'mqtt',
    };
    try {
      return await this.admission.ask(question, () => false);
    } catch (error) {
      log.error('admission.failed', { station }, error);
      return undefined;
    }
  }

  /** There is no way to tell the station: it gets no answer, and asks again. */
  private refused({ tenant, station }: MqttPlace, outcome: Exclude<AdmissionOutcome, Admitted> | undefined): void {
    const reason = outcome?.reason ?? 'no-back-end';
    this.services.metrics.admitted(reason);
    this.services.log.warn('admission.refused', { reason, tenant, station, transport: 'mqtt' });
  }

  private hold(place: string): MqttLink {
    const { bus, time, config } = this.services;
    const link = new MqttLink(place, bus, config.mqttSilenceS * 1_000, time);
    const handed = bus.serve(MqttSubject.frame(place), { spanName: 'ocpp.mqtt' }, (message) => {
      const taken = this.held.get(place) === link && this.take(place, message.body);
      return Promise.resolve({ body: taken ? 'taken' : '' });
    });
    this.held.get(place)?.close(WS_CLOSE.normal, 'entered again');
    this.held.set(place, link);
    link.on('close', (code) => {
      if (this.held.get(place) === link) this.held.delete(place);
      handed.drain().catch(() => undefined);
      if (code === WS_CLOSE.goingAway) bus.publish(MqttSubject.adopt, place);
    });
    return link;
  }
}
