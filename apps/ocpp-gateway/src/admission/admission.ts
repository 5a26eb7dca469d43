import type { Admitted, AdmitRequest, Refused } from '@ampline/contracts';
import type { Bus } from '@ampline/platform-nats';
import type { GatewayConfig } from '../config.js';
import { backOffMs, type Time } from '../time.js';
import { TurnBatch } from '../turn-batch.js';
import { Questions } from './questions.js';
import { Turnstile } from './turnstile.js';
import { VerifierCache } from './verifier-cache.js';

/** `busy`: too many wait already. `no-back-end`: nobody decides. `gone`: the client did not wait. */
export interface Unavailable {
  outcome: 'unavailable';
  reason: 'busy' | 'no-back-end' | 'gone';
}

export type AdmissionOutcome = Admitted | Refused | Unavailable;

type Settings = Pick<
  GatewayConfig,
  'maxConcurrentAdmissions' | 'maxWaitingAdmissions' | 'admissionTimeoutMs' | 'admissionHoldMs' | 'maxSockets'
>;

/** A member that drains says so; the next one asked may be it again. */
const TRIES_OF_A_STRANGER = 3;
/** Share of the places: more than are ever taken in quiet times. */
const CROWDED = 0.25;
/** In a storm answers come many at a time: that places are free for a moment does not end it. */
const CALM_MS = 250;

/**
 * Asks the back end whether a station may connect. The number of questions under way is bounded: after an outage ten thousand stations
 * come at once, and the back end must not meet them all.
 */
export class Admission {
  private readonly turnstile: Turnstile;
  private readonly verifiers: VerifierCache;
  private readonly turn = new TurnBatch();
  private readonly questions: Questions;
  private held = 0;
  /** Monotonic ms. */
  private lastCrowdedMs = -Infinity;

  constructor(
    bus: Bus,
    private readonly settings: Settings,
    private readonly time: Time,
  ) {
    this.turnstile = new Turnstile(settings.maxConcurrentAdmissions, settings.maxWaitingAdmissions);
    this.questions = new Questions(bus, settings.admissionTimeoutMs, time.timers);
    this.verifiers = new VerifierCache(settings.maxSockets * 2, time.clock);
  }

  /** `gone` tells whether the client has left; asked before each question. Throws for replies outside the contract. */
  async ask(request: AdmitRequest, gone: () => boolean): Promise<AdmissionOutcome> {
    const holdUntilMs = this.time.clock.monotonicMs() + this.settings.admissionHoldMs;
    for (let tries = 1; ; tries += 1) {
      const answer = await this.turnstile.pass(() => this.askOnce(request, gone));
      if (answer === undefined) return { outcome: 'unavailable', reason: 'busy' };
      if (answer !== 'elsewhere' && answer !== 'nobody') {
        if (answer.outcome === 'accepted') this.verifiers.remember(request, answer);
        return answer;
      }
      const proven = this.verifiers.proves(request);
      const mayWait = proven ? this.time.clock.monotonicMs() < holdUntilMs : answer === 'elsewhere' && tries < TRIES_OF_A_STRANGER;
      if (!mayWait) return { outcome: 'unavailable', reason: 'no-back-end' };
      if (this.held >= this.settings.maxWaitingAdmissions) return { outcome: 'unavailable', reason: 'busy' };
      await this.hold(tries);
    }
  }

  /** A storm: many are being let in, now or a moment ago. */
  get crowded(): boolean {
    return this.time.clock.monotonicMs() - this.lastCrowdedMs < CALM_MS;
  }

  revoke(tenant: string, station: string): void {
    this.verifiers.revoke(tenant, station);
  }

  /** Outside the turnstile: who waits for the back end keeps nobody else from asking. */
  private async hold(tries: number): Promise<void> {
    this.held += 1;
    await this.time.pause(backOffMs(tries));
    this.held -= 1;
  }

  private async askOnce(request: AdmitRequest, gone: () => boolean): Promise<AdmissionOutcome | 'elsewhere' | 'nobody'> {
    if (this.turnstile.filled > CROWDED) this.lastCrowdedMs = this.time.clock.monotonicMs();
    await this.turn.next();
    if (gone()) return { outcome: 'unavailable', reason: 'gone' };
    return this.questions.ask(request);
  }
}
