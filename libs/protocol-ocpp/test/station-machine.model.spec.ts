import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CLOSE_CODE, parseFrame, type MachineEffect } from '../src/rpc/index.js';
import { MachineDriver } from './machine-driver.js';

/** One thing that can happen to a socket. `n` picks among what is there to pick from. */
type Step =
  | { do: 'station-calls'; action: string }
  | { do: 'station-repeats'; n: number }
  | { do: 'station-sends'; text: string }
  | { do: 'station-answers'; n: number; how: 'result' | 'error' | 'malformed' | 'unknown-id' }
  | { do: 'back-end-answers'; how: 'result' | 'error' | 'stale' | 'failed' }
  | { do: 'command'; epoch: number; deadlineInMs: number }
  | { do: 'command-again'; n: number }
  | { do: 'time-passes'; ms: number }
  | { do: 'superseded' | 'shutdown' | 'closed' };

const pick = fc.nat(20);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('station-calls' as const),
      action: fc.constantFrom('Heartbeat', 'StartTransaction', 'MeterValues', 'StopTransaction', 'Nonsense', 'Reset'),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('station-repeats' as const), n: pick }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('station-sends' as const),
      text: fc.constantFrom('garbage', '[]', '[9,"x",{}]', '[2,"bad","Heartbeat",null]', '[3]', '[2,{},"Heartbeat",{}]'),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('station-answers' as const),
      n: pick,
      how: fc.constantFrom('result' as const, 'result' as const, 'error' as const, 'malformed' as const, 'unknown-id' as const),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('back-end-answers' as const),
      how: fc.oneof(
        { weight: 12, arbitrary: fc.constant('result' as const) },
        { weight: 3, arbitrary: fc.constantFrom('error' as const, 'stale' as const) },
        { weight: 1, arbitrary: fc.constant('failed' as const) },
      ),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('command' as const),
      epoch: fc.constantFrom(7, 7, 7, 7, 6, 8),
      deadlineInMs: fc.constantFrom(-1, 0, 5_000, 60_000, 600_000),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('command-again' as const), n: pick }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('time-passes' as const), ms: fc.constantFrom(0, 1, 100, 2_000, 12_000, 31_000) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('superseded' as const, 'shutdown' as const, 'closed' as const) }) },
);

const limits = fc.record({
  callsPerMinute: fc.constantFrom(6, 30, 600),
  pauseReadingAt: fc.constantFrom(2, 20),
  maxWaitingCalls: fc.constantFrom(5, 500),
  maxWaitingCommands: fc.constantFrom(1, 20),
  commandTimeoutMs: fc.constantFrom(3_000, 30_000),
});

/** What must hold, kept beside the machine and told of every effect before the next step. */
class Ledger {
  /** Per inbound frame: how many answers it still has coming, and the order in which first copies came in. */
  private readonly owed = new Map<string, string>();
  private readonly repliesDue = new Map<string, number>();
  private readonly sentCommands = new Set<string>();
  private onTheWire: string | undefined;
  private inWork: string | undefined;
  private closed = false;
  private paused = false;

  stationCalled(messageId: string, text: string): void {
    if (!this.closed && !this.owed.has(text)) this.owed.set(text, messageId);
  }

  requested(commandId: string): void {
    this.repliesDue.set(commandId, (this.repliesDue.get(commandId) ?? 0) + 1);
  }

  ended(): void {
    this.closed = true;
    this.owed.clear();
  }

  observe(effect: MachineEffect): void {
    if (effect.type === 'forward') {
      expect(this.inWork).toBeUndefined();
      expect(this.closed).toBe(false);
      this.inWork = effect.callId;
    }
    if (effect.type === 'send') this.sent(effect);
    if (effect.type === 'complete') {
      expect(this.repliesDue.get(effect.commandId)).toBeGreaterThan(0);
      this.repliesDue.delete(effect.commandId);
      if (this.onTheWire === effect.commandId) this.onTheWire = undefined;
    }
    if (effect.type === 'pause-reading' || effect.type === 'resume-reading') {
      expect(this.paused).toBe(effect.type === 'resume-reading');
      this.paused = effect.type === 'pause-reading';
    }
    if (effect.type === 'close') {
      expect(this.closed).toBe(false);
      this.ended();
    }
  }

  settled(): void {
    expect([...this.repliesDue]).toEqual([]);
    expect([...this.owed.values()]).toEqual([]);
    expect(this.onTheWire).toBeUndefined();
  }

  private sent(effect: Extract<MachineEffect, { type: 'send' }>): void {
    expect(this.closed).toBe(false);
    if (effect.commandId !== undefined) {
      expect(this.onTheWire).toBeUndefined();
      expect(this.sentCommands.has(effect.commandId)).toBe(false);
      this.sentCommands.add(effect.commandId);
      this.onTheWire = effect.commandId;
      return;
    }
    const answer = parseFrame(effect.text);
    if (answer.kind !== 'result' && answer.kind !== 'error') throw new Error('an answer was expected');
    if (answer.messageId === 'bad') return;
    // In the order of arrival: the one that is answered is the one that has been owed longest.
    const [text, messageId] = [...this.owed][0] ?? [];
    expect(answer.messageId).toBe(messageId);
    this.owed.delete(text as string);
    if (effect.answers !== undefined) {
      expect(effect.answers).toBe(this.inWork);
      this.inWork = undefined;
    }
  }
}

class Run {
  readonly driver: MachineDriver;
  readonly ledger = new Ledger();
  private readonly stationFrames: { messageId: string; text: string }[] = [];
  private readonly commands: { commandId: string; epoch: number; deadlineMs: number }[] = [];

  constructor(options: ConstructorParameters<typeof MachineDriver>[0]) {
    this.driver = new MachineDriver(options);
    this.driver.observe = (effect) => this.ledger.observe(effect);
  }

  take(step: Step): void {
    switch (step.do) {
      case 'station-calls':
        return this.stationCalls(step.action);
      case 'station-repeats': {
        const frame = at(this.stationFrames, step.n);
        return frame && this.arrives(frame);
      }
      case 'station-sends':
        return void this.driver.receive(step.text);
      case 'station-answers':
        return this.stationAnswers(step.n, step.how);
      case 'back-end-answers':
        return this.backEndAnswers(step.how);
      case 'command': {
        const commandId = `k${this.commands.length}`;
        this.commands.push({ commandId, epoch: step.epoch, deadlineMs: this.driver.now.wallMs + step.deadlineInMs });
        return this.request(this.commands.length - 1);
      }
      case 'command-again':
        return this.commands.length > 0 ? this.request(step.n % this.commands.length) : undefined;
      case 'time-passes':
        return this.driver.advance(step.ms);
      case 'shutdown':
        return void this.driver.handle({ type: 'shutdown', code: 1001, reason: 'going away' });
      case 'superseded':
        return void this.driver.handle({ type: 'superseded' });
      case 'closed':
        this.ledger.ended();
        return void this.driver.handle({ type: 'closed' });
    }
  }

  /** Everybody answers from now on, for long enough that nothing can be left. */
  settle(): void {
    for (let i = 0; i < 200; i += 1) {
      this.backEndAnswers('result');
      this.stationAnswers(i, 'result');
      this.driver.advance(500);
    }
    this.driver.advance(600_000);
    this.ledger.settled();
  }

  private stationCalls(action: string): void {
    const messageId = `s${this.stationFrames.length}`;
    const frame = { messageId, text: JSON.stringify([2, messageId, action, {}]) };
    this.stationFrames.push(frame);
    this.arrives(frame);
  }

  private arrives(frame: { messageId: string; text: string }): void {
    this.ledger.stationCalled(frame.messageId, frame.text);
    this.driver.receive(frame.text);
  }

  private stationAnswers(n: number, how: Extract<Step, { do: 'station-answers' }>['how']): void {
    const ours = this.driver.all('send').filter((effect) => effect.commandId !== undefined);
    // Mostly the newest, sometimes one long gone.
    const frame = n < 15 ? ours.at(-1) : at(ours, n);
    const parsed = frame && parseFrame(frame.text);
    const messageId = how !== 'unknown-id' && parsed?.kind === 'call' ? parsed.messageId : 'nobody';
    if (how === 'error') this.driver.receive([4, messageId, 'NotSupported', '', {}]);
    else this.driver.receive([3, messageId, how === 'malformed' ? null : {}]);
  }

  private backEndAnswers(how: Extract<Step, { do: 'back-end-answers' }>['how']): void {
    const callId = (how === 'stale' ? this.driver.forwarded[0] : this.driver.forwarded.at(-1))?.callId ?? 'none';
    if (how === 'failed') this.driver.handle({ type: 'call-failed', callId });
    else if (how === 'error') this.driver.answer(callId, { outcome: 'error', code: 'InternalError', description: '', details: {} });
    else this.driver.answer(callId);
  }

  private request(index: number): void {
    const command = this.commands[index];
    if (command === undefined) return;
    this.ledger.requested(command.commandId);
    this.driver.command(command.commandId, command);
  }
}

function at<T>(items: readonly T[], n: number): T | undefined {
  return items[n % Math.max(1, items.length)];
}

describe('StationMachine under random interleavings', () => {
  it('keeps one CALL of ours on the wire, answers every CALL once and in order, completes every command once', () => {
    fc.assert(
      fc.property(limits, fc.array(step, { maxLength: 80, size: 'max' }), (bounds, steps) => {
        const run = new Run(bounds);
        for (const one of steps) run.take(one);
        run.settle();
        if (!run.driver.machine.open) expect(run.driver.timers.size).toBe(0);
      }),
      { numRuns: 400 },
    );
  });

  it('needs no close when nobody misbehaves, and then answers everything', () => {
    const polite = step.filter((s) =>
      ['station-calls', 'station-repeats', 'station-answers', 'back-end-answers', 'command', 'command-again'].includes(s.do),
    );
    const alive = polite.filter((s) => s.do !== 'back-end-answers' || s.how !== 'failed');
    fc.assert(
      fc.property(fc.array(alive, { maxLength: 80, size: 'max' }), (steps) => {
        const run = new Run({});
        for (const one of steps) run.take(one);
        run.settle();
        expect(run.driver.machine.open).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('gives a transaction message no CALLERROR of ours when the back end stays away: it closes so that the station keeps it', () => {
    const action = fc.constantFrom('StartTransaction', 'StopTransaction', 'MeterValues');
    fc.assert(
      fc.property(fc.array(fc.record({ action, ms: fc.nat(3_000) }), { minLength: 1, maxLength: 8 }), (calls) => {
        const run = new Run({});
        for (const { action: name, ms } of calls) {
          run.take({ do: 'station-calls', action: name });
          run.take({ do: 'time-passes', ms });
        }
        run.driver.advance(25_000);
        expect(run.driver.sent).toEqual([]);
        expect(run.driver.closes.map(([code]) => code)).toEqual([CLOSE_CODE.tryAgainLater]);
      }),
    );
  });
});
