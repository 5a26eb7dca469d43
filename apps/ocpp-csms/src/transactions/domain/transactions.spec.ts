import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { StationId, TenantId, TransactionId } from '@ampline/kernel-ids';
import { momentOf } from './moment.js';
import { planStart } from './start.js';
import { endAsDecided, endAsEstimated, planStop, type Ending } from './stop.js';
import type { ChargingTransaction, ToldStart, ToldStop } from './transaction.js';

const NOON = new Date('2026-05-01T12:00:00Z');
const later = (minutes: number) => new Date(NOON.getTime() + minutes * 60_000);
const UNKNOWN_POWER = 0n;

function start(o: { connector?: number; raw?: string; wh?: number; received?: Date } = {}): ToldStart {
  const raw = o.raw ?? NOON.toISOString();
  const [connectorNumber, meterStartWh] = [o.connector ?? 1, BigInt(o.wh ?? 1_000)];
  const key = `${connectorNumber}|card|${raw}|${meterStartWh}`;
  return { connectorNumber, idToken: 'CARD', meterStartWh, started: momentOf(raw, o.received ?? NOON), key };
}

function stop(o: { raw?: string; wh?: number; received?: Date } = {}): ToldStop {
  const received = o.received ?? later(60);
  const raw = o.raw ?? received.toISOString();
  const meterStopWh = BigInt(o.wh ?? 8_000);
  return { ended: momentOf(raw, received), meterStopWh, reason: 'Local', key: `${raw}|${meterStopWh}` };
}

/** What the database does with a plan, in memory. */
class Ledger {
  readonly transactions: ChargingTransaction[] = [];

  begin(told: ToldStart): ChargingTransaction {
    const same = this.transactions.filter((t) => keyOf(t) === told.key).at(-1);
    const active = this.transactions.filter((t) => t.state === 'active' && t.connectorNumber === told.connectorNumber);
    const plan = planStart(told, same, active);
    if (plan.kind === 'repeated') return this.now(plan.transaction);
    for (const superseded of plan.superseded) this.end(superseded, endAsEstimated(superseded, undefined, 0n));
    const transaction: ChargingTransaction = {
      transactionId: `t${this.transactions.length}` as TransactionId,
      tenantId: 'tenant' as TenantId,
      stationId: 'station' as StationId,
      ocppId: this.transactions.length + 1,
      connectorNumber: told.connectorNumber,
      startOrdinal: plan.startOrdinal,
      idToken: told.idToken,
      decision: 'Accepted',
      state: 'active',
      started: told.started,
      meterStartWh: told.meterStartWh,
      last: { at: told.started.at, registerWh: told.meterStartWh },
      energyWh: 0n,
      doubts: plan.doubts,
    };
    this.transactions.push(transaction);
    return transaction;
  }

  stop(ocppId: number, told: ToldStop): 'end' | 'repeated' | 'different' | 'orphan' {
    const transaction = this.transactions.find((t) => t.ocppId === ocppId);
    if (transaction === undefined) return 'orphan';
    const plan = planStop(transaction, told, UNKNOWN_POWER);
    if (plan.kind === 'end') this.end(transaction, plan.ending);
    return plan.kind;
  }

  now({ ocppId }: ChargingTransaction): ChargingTransaction {
    return this.transactions.find((t) => t.ocppId === ocppId) as ChargingTransaction;
  }

  private end(transaction: ChargingTransaction, { end, energyWh, doubts, last }: Ending): void {
    const index = this.transactions.findIndex((t) => t.ocppId === transaction.ocppId);
    this.transactions[index] = { ...transaction, state: 'ended', end, energyWh, doubts, last };
  }
}

function keyOf(t: ChargingTransaction): string {
  return `${t.connectorNumber}|card|${t.started.raw}|${t.meterStartWh}`;
}

describe('a begin', () => {
  it('that is repeated while the transaction runs is the same transaction', () => {
    const ledger = new Ledger();
    expect(ledger.begin(start()).ocppId).toBe(ledger.begin(start()).ocppId);
  });

  it('that is repeated after the end is the same transaction when the clock is plausible', () => {
    const ledger = new Ledger();
    const { ocppId } = ledger.begin(start());
    ledger.stop(ocppId, stop());
    expect(ledger.begin(start()).ocppId).toBe(ocppId);
    expect(ledger.transactions).toHaveLength(1);
  });

  it('that is repeated after the end by a stuck clock is another transaction, in doubt', () => {
    const ledger = new Ledger();
    const stuck = start({ raw: '1970-01-01T00:00:00Z' });
    ledger.stop(ledger.begin(stuck).ocppId, stop());
    expect(ledger.begin(stuck)).toMatchObject({ startOrdinal: 1, doubts: ['clock-past', 'start-repeated-after-stop'] });
    expect(ledger.begin(stuck)).toMatchObject({ startOrdinal: 1 });
    expect(ledger.transactions).toHaveLength(2);
  });

  it('ends what was going on at the connector, and only there', () => {
    const ledger = new Ledger();
    const [first, other] = [ledger.begin(start()), ledger.begin(start({ connector: 2 }))];
    ledger.begin(start({ raw: later(30).toISOString(), received: later(30) }));
    expect(ledger.now(first)).toMatchObject({ state: 'ended', doubts: ['stop-missing'], end: { estimated: true } });
    expect(ledger.now(other).state).toBe('active');
  });

  it('that waited in the offline queue ends nothing that began later', () => {
    const ledger = new Ledger();
    const live = ledger.begin(start({ raw: later(30).toISOString(), received: later(30) }));
    ledger.begin(start({ received: later(31) }));
    expect(ledger.now(live).state).toBe('active');
  });

  it.each([0, -1, 65])('at connector %i is recorded in doubt', (connector) => {
    expect(new Ledger().begin(start({ connector })).doubts).toEqual(['connector-unknown']);
  });

  it.each([
    ['2026-05-01T12:06:00Z', 'clock-future'],
    ['1970-01-01T00:00:00Z', 'clock-past'],
    ['2026-05-01T12:00:00', 'clock-without-zone'],
    ['yesterday', 'clock-unreadable'],
  ])('at %s counts from its reception', (raw, doubt) => {
    expect(new Ledger().begin(start({ raw }))).toMatchObject({ started: { at: NOON, raw }, doubts: [doubt] });
  });
});

describe('an end', () => {
  const running = () => new Ledger().begin(start());
  const ending = (told: ToldStop, maxPowerW = UNKNOWN_POWER, transaction = running()): Ending => {
    const plan = planStop(transaction, told, maxPowerW);
    if (plan.kind !== 'end') throw new Error(plan.kind);
    return plan.ending;
  };

  it('tells the energy', () => {
    expect(ending(stop())).toMatchObject({ energyWh: 7_000n, doubts: [], end: { estimated: false, at: later(60) } });
  });

  it('below the begin register is 0 Wh', () => {
    expect(ending(stop({ wh: 999 }))).toMatchObject({ energyWh: 0n, doubts: ['meter-went-back'] });
  });

  it('before the begin is in doubt', () => {
    expect(ending(stop({ raw: later(-1).toISOString() })).doubts).toContain('ended-before-started');
  });

  it.each([
    [11_000n, 1_000 + 11_000, []],
    [11_000n, 1_000 + 17_500, []],
    [11_000n, 1_000 + 17_501, ['energy-implausible']],
    [0n, 1_000 + 1_501_000, []],
    [0n, 12_345_678, ['energy-implausible']],
  ])('of one hour at %s W with register %i: %j', (maxPowerW, wh, doubts) => {
    expect(ending(stop({ wh }), maxPowerW).doubts).toEqual(doubts);
  });

  it('by a clock that cannot be believed says nothing about power', () => {
    expect(ending(stop({ raw: '1970-01-01T00:00:00Z', wh: 90_000 }), 11_000n).doubts).toEqual(['clock-past']);
  });

  it('that comes after an estimate corrects it', () => {
    const transaction = running();
    const estimate = endAsEstimated(transaction, { at: later(20), registerWh: 3_000n }, 0n);
    expect(estimate).toMatchObject({ energyWh: 2_000n, end: { at: later(20), estimated: true }, doubts: ['stop-missing'] });
    const plan = planStop({ ...transaction, ...estimate, state: 'ended' }, stop(), UNKNOWN_POWER);
    expect(plan).toMatchObject({ kind: 'end', corrects: true, ending: { energyWh: 7_000n, doubts: [], end: { estimated: false } } });
  });

  it('that a person decided settles what was doubtful about the end', () => {
    const transaction = running();
    const ended = { ...transaction, ...ending(stop({ wh: 5 })), state: 'ended' as const };
    expect(endAsDecided(ended, 4_000n, later(90))).toMatchObject({ energyWh: 3_000n, doubts: [], end: { at: later(60), estimated: true } });
    expect(planStop({ ...ended, ...endAsDecided(ended, 4_000n, later(90)) }, stop({ wh: 5 }), UNKNOWN_POWER).kind).toBe('repeated');
  });
});

describe('any sequence of sessions, repetitions and losses', () => {
  interface Session {
    connector: number;
    minutes: number;
    wh: number;
    startTries: number;
    stopTries: number;
  }
  const sessions = fc.array(
    fc.record({
      connector: fc.integer({ min: 1, max: 3 }),
      minutes: fc.integer({ min: 1, max: 600 }),
      wh: fc.integer({ min: 0, max: 80_000 }),
      startTries: fc.integer({ min: 1, max: 3 }),
      // 0: the stop is lost.
      stopTries: fc.integer({ min: 0, max: 3 }),
    }),
    { maxLength: 12 },
  );

  function live(list: Session[], raw: (at: Date) => string): { ledger: Ledger; expected: Map<number, bigint> } {
    const ledger = new Ledger();
    const expected = new Map<number, bigint>();
    let minute = 0;
    for (const { connector, minutes, wh, startTries, stopTries } of list) {
      const began = later((minute += 1));
      const told = start({ connector, raw: raw(began), wh: 500, received: began });
      const ids = Array.from({ length: startTries }, () => ledger.begin(told).ocppId);
      expect(new Set(ids).size).toBe(1);
      const ended = later((minute += minutes));
      const toldStop = stop({ raw: raw(ended), wh: 500 + wh, received: ended });
      const outcomes = Array.from({ length: stopTries }, () => ledger.stop(ids[0] as number, toldStop));
      expect(outcomes).toEqual(outcomes.map((_, i) => (i === 0 ? 'end' : 'repeated')));
      expected.set(ids[0] as number, stopTries > 0 ? BigInt(wh) : 0n);
    }
    return { ledger, expected };
  }

  const energies = (ledger: Ledger) => new Map(ledger.transactions.map((t) => [t.ocppId, t.energyWh]));

  it('of a station with a clock: each session once, each Wh once', () => {
    fc.assert(
      fc.property(sessions, (list) => {
        const { ledger, expected } = live(list, (at) => at.toISOString());
        expect(ledger.transactions).toHaveLength(list.length);
        expect(energies(ledger)).toEqual(expected);
      }),
    );
  });

  it('of a station whose clock stands still: each session that ended once, each Wh once', () => {
    fc.assert(
      fc.property(sessions, (list) => {
        const stopped = list.map((session) => ({ ...session, stopTries: Math.max(1, session.stopTries) }));
        const { ledger, expected } = live(stopped, () => '2000-01-01T00:00:00Z');
        expect(ledger.transactions).toHaveLength(list.length);
        expect(energies(ledger)).toEqual(expected);
      }),
    );
  });

  it('told late from the offline queue in any interleaving of the connectors: each session once, each Wh once', () => {
    fc.assert(
      fc.property(sessions, fc.array(fc.nat({ max: 2 }), { minLength: 60, maxLength: 60 }), (list, turns) => {
        const received = later(100_000);
        const queues: (() => void)[][] = [[], [], []];
        const ledger = new Ledger();
        const expected: bigint[] = [];
        list.forEach(({ connector, minutes, wh, startTries, stopTries }, i) => {
          const began = later(i * 1_000);
          const told = start({ connector, raw: began.toISOString(), wh: 500, received });
          const toldStop = stop({ raw: new Date(began.getTime() + minutes * 60_000).toISOString(), wh: 500 + wh, received });
          const queue = queues[connector - 1] as (() => void)[];
          for (let n = 0; n < startTries; n += 1) queue.push(() => ledger.begin(told));
          for (let n = 0; n < stopTries; n += 1) queue.push(() => ledger.stop(ledger.begin(told).ocppId, toldStop));
          expected.push(stopTries > 0 ? BigInt(wh) : 0n);
        });
        for (const turn of turns) (queues[turn] as (() => void)[]).shift()?.();
        for (const queue of queues) for (const deliver of queue) deliver();
        const told = (a: bigint, b: bigint) => Number(a - b);
        expect(ledger.transactions.map((t) => t.energyWh).sort(told)).toEqual(expected.sort(told));
      }),
    );
  });
});
