import { ManualClock, ManualTimers, type TimerHandle } from '@ampline/kernel-time';
import { admitOcpp16Action } from '../src/ocpp16/index.js';
import {
  StationMachine,
  type CallAnswer,
  type CommandOutcome,
  type CommandRequest,
  type ForwardedCall,
  type Instant,
  type MachineEffect,
  type MachineEvent,
  type MachineLimits,
  type MachineTimer,
} from '../src/rpc/index.js';

type Of<T extends MachineEffect['type']> = Extract<MachineEffect, { type: T }>;

/** Carries out the effects of a machine the way a gateway does, on a clock that is moved by hand. */
export class MachineDriver {
  readonly clock = new ManualClock(new Date('2025-06-01T12:00:00Z'));
  readonly timers = new ManualTimers(this.clock);
  readonly machine: StationMachine;
  readonly effects: MachineEffect[] = [];
  /** Called with every effect as it is carried out. */
  observe: (effect: MachineEffect) => void = () => undefined;
  private readonly running = new Map<MachineTimer, TimerHandle>();
  private ids = 0;

  constructor(limits: Partial<MachineLimits> = {}, epoch = 7) {
    this.machine = new StationMachine({
      epoch,
      limits,
      admit: (action) => admitOcpp16Action('central-system', action),
      newCallId: () => this.newId('call'),
      newMessageId: () => this.newId('ours'),
    });
  }

  get now(): Instant {
    return { wallMs: this.clock.now().getTime(), monotonicMs: this.clock.monotonicMs() };
  }

  /** @returns the effects of this event alone, timers left out. */
  handle(event: MachineEvent): MachineEffect[] {
    const effects = this.machine.handle(event, this.now);
    for (const effect of effects) this.carryOut(effect);
    return effects.filter((effect) => effect.type !== 'set-timer' && effect.type !== 'clear-timer');
  }

  receive(frame: unknown): MachineEffect[] {
    return this.handle({ type: 'frame', text: typeof frame === 'string' ? frame : JSON.stringify(frame) });
  }

  answer(callId: string, answer: CallAnswer = { outcome: 'result', payloadJson: '{}' }): MachineEffect[] {
    return this.handle({ type: 'call-answered', callId, answer });
  }

  command(commandId: string, more: Partial<CommandRequest> = {}): MachineEffect[] {
    const deadlineMs = this.now.wallMs + 60_000;
    return this.handle({ type: 'command', commandId, epoch: 7, action: 'ClearCache', payloadJson: '{}', deadlineMs, ...more });
  }

  advance(ms: number): void {
    this.clock.advance(ms);
  }

  all<T extends MachineEffect['type']>(type: T): Of<T>[] {
    return this.effects.filter((effect): effect is Of<T> => effect.type === type);
  }

  get sent(): string[] {
    return this.all('send').map((effect) => effect.text);
  }

  get forwarded(): ForwardedCall[] {
    return this.all('forward');
  }

  get lastForwarded(): ForwardedCall {
    return last(this.forwarded);
  }

  outcomes(commandId: string): CommandOutcome[] {
    return this.all('complete')
      .filter((effect) => effect.commandId === commandId)
      .map((effect) => effect.outcome);
  }

  get closes(): [number, string][] {
    return this.all('close').map((effect) => [effect.code, effect.reason]);
  }

  private carryOut(effect: MachineEffect): void {
    this.effects.push(effect);
    this.observe(effect);
    if (effect.type === 'set-timer') {
      this.clear(effect.timer);
      const handle = this.timers.setTimeout(() => this.handle({ type: 'timer', timer: effect.timer }), effect.afterMs);
      this.running.set(effect.timer, handle);
    }
    if (effect.type === 'clear-timer') this.clear(effect.timer);
  }

  private clear(timer: MachineTimer): void {
    const handle = this.running.get(timer);
    if (handle !== undefined) this.timers.clear(handle);
    this.running.delete(timer);
  }

  private newId(prefix: string): string {
    this.ids += 1;
    return `${prefix}-${this.ids}`;
  }
}

export function last<T>(items: readonly T[]): T {
  const item = items.at(-1);
  if (item === undefined) throw new Error('expected at least one');
  return item;
}
