import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { CommandReply } from '@ampline/contracts';
import { AppError } from '@ampline/kernel-errors';
import { uuidv7 } from '@ampline/kernel-ids';
import { eventually } from '@ampline/platform-testing';
import { Installation, latch, type RunningGateway } from './support/installation.js';
import { LIMITS, ScriptedCsms } from './support/scripted-csms.js';
import { Station } from './support/station.js';

const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'no error',
    (error: unknown) => (AppError.is(error) ? error.code : String(error)),
  );

describe('commands to a station', () => {
  let installation: Installation;
  let csms: ScriptedCsms;
  let gateway: RunningGateway;

  beforeAll(async () => {
    installation = await Installation.start();
    csms = installation.csms;
  });
  beforeEach(async () => {
    gateway = await installation.gateway();
    csms.reports.length = 0;
    csms.oddities.length = 0;
  });
  afterEach(async () => {
    csms.limits = LIMITS;
    csms.answer = () => Promise.resolve({ body: '{}' });
    await installation.clear();
    expect(csms.violations).toEqual([]);
  });
  afterAll(() => installation.stop());

  it('are sent as a CALL; the reply tells answer, frames and times', async () => {
    const station = await installation.station(gateway, 'CMD-1');
    station.obey(() => ({ status: 'Rejected' }));
    const reply = await csms.command('CMD-1', 'Reset', { payload: { type: 'Soft' } });
    const [, messageId] = await station.commanded();
    expect(reply).toEqual({
      outcome: 'answered',
      payload: { status: 'Rejected' },
      messageId,
      sentAt: expect.stringMatching(/^20.*Z$/),
      answeredAt: expect.stringMatching(/^20.*Z$/),
      requestFrame: `[2,"${messageId}","Reset",{"type":"Soft"}]`,
      responseFrame: `[3,"${messageId}",{"status":"Rejected"}]`,
    });
  });

  it('may be refused by the station with a CALLERROR of any spelling', async () => {
    const station = await installation.station(gateway, 'CMD-2');
    const reply = csms.command('CMD-2', 'ClearCache');
    const [, messageId] = await station.commanded();
    station.send([4, messageId, 'OccurrenceConstraintViolation', 'no', { a: 1 }]);
    expect(await reply).toMatchObject({
      outcome: 'call-error',
      code: 'OccurenceConstraintViolation',
      description: 'no',
      details: { a: 1 },
    });
  });

  it('are answered while a call of the station is in work, and the other way round', async () => {
    const gate = latch();
    csms.answer = async () => {
      await gate.opened;
      return { body: '{}' };
    };
    const station = await installation.station(gateway, 'CMD-3');
    station.send([2, 'mine', 'Heartbeat', {}]);
    const reply = csms.command('CMD-3', 'ClearCache');
    const [, messageId] = await station.commanded();
    gate.open();
    expect(await station.answer('mine')).toEqual([3, 'mine', {}]);
    station.send([3, messageId, { status: 'Accepted' }]);
    expect(await reply).toMatchObject({ outcome: 'answered' });
  });

  it('go out one at a time', async () => {
    const station = await installation.station(gateway, 'CMD-4');
    const replies = [csms.command('CMD-4', 'ClearCache'), csms.command('CMD-4', 'GetLocalListVersion')];
    const [, first] = await station.commanded(0);
    await station.call('1', 'Heartbeat');
    expect(station.commands()).toHaveLength(1);
    station.send([3, first, { status: 'Accepted' }]);
    const [, second] = await station.commanded(1);
    station.send([3, second, { listVersion: 4 }]);
    expect((await Promise.all(replies)).map((reply) => reply?.outcome)).toEqual(['answered', 'answered']);
  });

  it('are never carried out twice: the same id yields the same reply', async () => {
    const station = await installation.station(gateway, 'CMD-5');
    station.obey();
    const commandId = uuidv7();
    const replies: (CommandReply | undefined)[] = [];
    for (let i = 0; i < 3; i += 1) replies.push(await csms.command('CMD-5', 'Reset', { commandId, payload: { type: 'Hard' } }));
    expect(replies[0]).toMatchObject({ outcome: 'answered' });
    expect(replies[1]).toEqual(replies[0]);
    expect(replies[2]).toEqual(replies[0]);
    expect(station.commands()).toHaveLength(1);
  });

  it('asked for twice at once are carried out once and answered to both', async () => {
    const station = await installation.station(gateway, 'CMD-6');
    const commandId = uuidv7();
    const both = [csms.command('CMD-6', 'ClearCache', { commandId }), csms.command('CMD-6', 'ClearCache', { commandId })];
    const [, messageId] = await station.commanded();
    await station.call('1', 'Heartbeat');
    station.send([3, messageId, { status: 'Accepted' }]);
    const [a, b] = await Promise.all(both);
    expect(a).toEqual(b);
    expect(station.commands()).toHaveLength(1);
  });

  it('time out when the station is silent; its late answer goes nowhere', async () => {
    csms.limits = { ...LIMITS, commandTimeoutMs: 100 };
    const station = await installation.station(gateway, 'CMD-7');
    const reply = await csms.command('CMD-7', 'ClearCache');
    const [, messageId] = await station.commanded();
    expect(reply).toEqual({ outcome: 'timeout', messageId, requestFrame: `[2,"${messageId}","ClearCache",{}]` });
    station.send([3, messageId, { status: 'Accepted' }]);
    await eventually(() => csms.oddities.some((oddity) => oddity.reason === 'late-answer'));
  });

  it('are not sent after their deadline', async () => {
    const station = await installation.station(gateway, 'CMD-8');
    expect(await csms.command('CMD-8', 'ClearCache', { deadlineMs: -1 })).toEqual({ outcome: 'not-sent', reason: 'deadline' });
    expect(station.commands()).toEqual([]);
  });

  it('find nobody, at once, when the station is not connected or has just left', async () => {
    expect(await codeOf(csms.command('CMD-9', 'ClearCache', { timeoutMs: 60_000 }))).toBe('bus.no-responders');
    const station = await installation.station(gateway, 'CMD-9');
    station.vanish();
    await eventually(() => csms.reportsOf('closed').length === 1);
    expect(await codeOf(csms.command('CMD-9', 'ClearCache', { timeoutMs: 60_000 }))).toBe('bus.no-responders');
  });

  it('under way when the station leaves end as unknown', async () => {
    const station = await installation.station(gateway, 'CMD-10');
    const [sent, queued] = [csms.command('CMD-10', 'ClearCache'), csms.command('CMD-10', 'Reset')];
    await station.commanded();
    station.vanish();
    expect(await sent).toMatchObject({ outcome: 'timeout' });
    expect(await queued).toEqual({ outcome: 'not-sent', reason: 'closed' });
  });

  it('for an older connection are answered "superseded", late, and sent to nobody', async () => {
    const station = await installation.station(gateway, 'CMD-11');
    expect(await csms.command('CMD-11', 'Reset', { epoch: csms.epoch('CMD-11') - 1, timeoutMs: 600 })).toBeUndefined();
    await station.call('1', 'Heartbeat');
    expect(station.commands()).toEqual([]);
  });

  it('for a newer connection show a socket that it is a left-over: it closes, so that the station comes back', async () => {
    const station = await installation.station(gateway, 'CMD-12');
    void csms.command('CMD-12', 'Reset', { epoch: csms.epoch('CMD-12') + 1, timeoutMs: 400 });
    expect(await station.closed).toMatchObject({ code: 1000 });
    expect(station.commands()).toEqual([]);
  });

  it('without their headers are refused', async () => {
    await installation.station(gateway, 'CMD-13');
    expect(await codeOf(csms.command('CMD-13', '', { timeoutMs: 2_000 }))).toBe('ocpp-gateway.bad-command');
  });

  it('whose payload is no object never become a frame', async () => {
    const station = await installation.station(gateway, 'CMD-14B');
    expect(await codeOf(csms.command('CMD-14B', 'Reset', { payload: [], timeoutMs: 2_000 }))).toBe('ocpp-gateway.bad-command');
    await station.call('1', 'Heartbeat');
    expect(station.commands()).toEqual([]);
  });

  it.each([
    ['an odd name', '*'],
    ['another odd name', 'a.b>c d'],
  ])('reach a station with %s and no other', async (_name, odd) => {
    const [strange, other] = [await installation.station(gateway, odd), await installation.station(gateway, 'plain')];
    strange.obey();
    other.obey();
    expect(await csms.command(odd, 'ClearCache')).toMatchObject({ outcome: 'answered' });
    expect(strange.commands()).toHaveLength(1);
    expect(other.commands()).toEqual([]);
  });
});

describe('a take-over', () => {
  let installation: Installation;
  let csms: ScriptedCsms;
  let gateways: [RunningGateway, RunningGateway];

  beforeAll(async () => {
    installation = await Installation.start();
    csms = installation.csms;
    gateways = [await installation.gateway(), await installation.gateway()];
  });
  afterAll(() => installation.stop());

  it.each([
    ['at the same gateway', 0],
    ['at another gateway', 1],
  ])('%s closes the old socket with 1000 and is never reported as closed', async (_name, second) => {
    const old = await installation.station(gateways[0], `OVER-${second}`);
    const now = await installation.station(gateways[second] as RunningGateway, `OVER-${second}`);
    expect(await old.closed).toMatchObject({ code: 1000 });
    expect(await now.call('1', 'Heartbeat')).toEqual([3, '1', {}]);
    await eventually(() => gateways[0].gateway.sockets + gateways[1].gateway.sockets === second + 1);
    expect(csms.reportsOf('closed').filter((r) => r.stationId === csms.stationId(`OVER-${second}`))).toEqual([]);
    expect(
      csms
        .reportsOf('opened')
        .filter((r) => r.stationId === csms.stationId(`OVER-${second}`))
        .map((r) => r.epoch),
    ).toEqual([1, 2]);
  });

  it('ends the commands that the old socket had', async () => {
    const old = await installation.station(gateways[0], 'OVER-3');
    const pending = csms.command('OVER-3', 'ClearCache');
    await old.commanded();
    await installation.station(gateways[0], 'OVER-3');
    expect(await pending).toMatchObject({ outcome: 'timeout' });
  });

  it.each([
    { gateways: 'two gateways', name: 'RACE', at: (round: number) => gateways[round % 3 === 0 ? 0 : 1] },
    // Here the old socket's subscription ends on the same connection: what was routed to it by then must not vanish.
    { gateways: 'one gateway', name: 'RACE-1', at: () => gateways[0] },
  ])('raced with a command, 200 times over $gateways: each is carried out exactly once', async ({ name, at }) => {
    const executed = new Map<string, number>();
    const connect = async (round: number): Promise<Station> => {
      const station = await installation.station(at(round), name);
      station.ws.on('message', (data: Buffer) => {
        const [type, id, , payload] = JSON.parse(data.toString('utf8')) as [number, string, string, { key: string }];
        if (type !== 2) return;
        executed.set(payload.key, (executed.get(payload.key) ?? 0) + 1);
        station.send([3, id, { status: 'Accepted' }]);
      });
      return station;
    };
    await connect(0);
    for (let round = 1; round <= 200; round += 1) {
      const commandId = uuidv7();
      const [, outcome] = await Promise.all([connect(round), commandUntilKnown(csms, name, commandId)]);
      const times = executed.get(commandId) ?? 0;
      // The old socket may have gone with the command on it: sent, its answer lost, and by contract not sent again.
      expect(outcome === 'timeout' ? [0, 1] : [1]).toContain(times);
    }
    expect(executed.size).toBeGreaterThan(0);
  });
});

/** What the back end gives a socket that had the command to tell how it ended, before it addresses the next one. */
const PASSED_OVER_MS = 1_000;

/** As the back end does it: the same command id, to the epoch that is current now, until it is known what became of it. */
async function commandUntilKnown(csms: ScriptedCsms, station: string, commandId: string): Promise<'answered' | 'timeout'> {
  for (;;) {
    const payload = { key: commandId };
    const attempt = csms.command(station, 'ChangeConfiguration', { commandId, payload, passedOverMs: PASSED_OVER_MS });
    const reply = await attempt.catch((error: unknown) => {
      if (AppError.is(error, 'bus.no-responders')) return undefined;
      throw error;
    });
    if (reply?.outcome === 'answered' || reply?.outcome === 'timeout') return reply.outcome;
  }
}
