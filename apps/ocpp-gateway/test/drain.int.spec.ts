import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { eventually } from '@ampline/platform-testing';
import { Installation, type RunningGateway } from './support/installation.js';
import type { ScriptedCsms } from './support/scripted-csms.js';
import { Station } from './support/station.js';

const STATIONS = 200;
const PER_SECOND = 200;

let installation: Installation;
let csms: ScriptedCsms;

beforeAll(async () => {
  installation = await Installation.start();
  csms = installation.csms;
});
afterAll(async () => {
  await installation.stop();
  expect(csms.violations).toEqual([]);
});

/** A station that goes on with its calls, and comes to the other gateway when it is sent away. */
class Wanderer {
  answered = 0;
  private sent = 0;

  constructor(
    readonly name: string,
    private station: Station,
  ) {}

  /** Calls until `over`; each call until it is answered, on whatever socket. */
  async live(next: RunningGateway, over: () => boolean): Promise<void> {
    while (!over()) {
      this.sent += 1;
      const id = `${this.sent}`;
      for (let answered = false; !answered;) {
        answered = await this.station.answers([2, id, 'Heartbeat', {}]);
        if (!answered) this.station = await Station.connect(next.gateway.port, { path: `/ocpp/acme/${this.name}`, obeys: true });
      }
      this.answered += 1;
    }
    expect(this.answered).toBe(this.sent);
    this.station.vanish();
  }
}

it('a gateway that goes hands its stations over at a rate: every call is answered, commands arrive all the while', async () => {
  const [going, staying] = [await installation.gateway({ drainPerSecond: PER_SECOND }), await installation.gateway()];
  const wanderers = await Promise.all(
    Array.from({ length: STATIONS }, async (_, i) => {
      const station = await installation.station(going, `WANDER-${i}`);
      station.obey();
      return new Wanderer(`WANDER-${i}`, station);
    }),
  );
  const state = { over: false };
  const lives = wanderers.map((wanderer) => wanderer.live(staying, () => state.over));
  const begunMs = performance.now();
  const stopped = going.gateway.stop();
  const outcomes: (string | undefined)[] = [];
  for (let i = 0; staying.gateway.sockets < STATIONS; i = (i + 7) % STATIONS) {
    const reply = await csms
      .command(`WANDER-${i}`, 'ClearCache', { timeoutMs: 2_000 })
      .catch((error: { code: string }) => ({ outcome: error.code }));
    outcomes.push(reply?.outcome);
  }
  await stopped;
  expect(performance.now() - begunMs).toBeGreaterThanOrEqual((STATIONS / PER_SECOND) * 1_000 * 0.9);
  for (let i = 0; i < STATIONS; i += 20) expect((await csms.command(`WANDER-${i}`, 'ClearCache'))?.outcome).toBe('answered');
  state.over = true;
  await Promise.all(lives);
  const between = new Set(['bus.no-responders', 'not-sent', 'superseded', undefined]);
  expect(outcomes.filter((outcome) => outcome !== 'answered' && !between.has(outcome))).toEqual([]);
  expect(outcomes).toContain('answered');
  await eventually(() => csms.reportsOf('closed').filter(({ code }) => code === 1001).length === STATIONS);
});
