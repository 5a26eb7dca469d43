import { rmSync } from 'node:fs';
import { afterEach, describe, expect, it } from '@jest/globals';
import { CommandOutcome, SessionStatus, type StationState } from '@ampline/contracts';
import { eventually } from '@ampline/platform-testing';
import { furnish, PASSWORD, Platform, type Doors, type Site } from './support/platform.js';
import { RawStation, type CommandAnswer } from './support/raw-station.js';

describe('when parts of the platform are away', () => {
  const running: Platform[] = [];
  const start = async (o: Parameters<typeof Platform.start>[0]) => {
    const platform = await Platform.start(o);
    running.push(platform);
    return platform;
  };
  const connect = (platform: Platform, identity: string, replica = 0, onCommand?: CommandAnswer) =>
    RawStation.connect({ url: platform.ocppUrl('demo', replica), identity, password: PASSWORD, ...(onCommand ? { onCommand } : {}) });
  const transactions = async (platform: Platform, site: Site) =>
    (await platform.sql<{ n: number }>('SELECT count(*)::int AS n FROM csms.ocpp_transaction WHERE tenant_id = $1', [site.tenantId]))[0]?.n;

  afterEach(async () => {
    for (const platform of running.splice(0)) await platform.stop();
  }, 120_000);

  it('a restart of the back end under 500 stations drops no socket and leaves no call unanswered', async () => {
    const platform = await start({ shape: 'split' });
    const site = await furnish(platform, { stations: 500 });
    const stations = await Promise.all(site.stations.map(({ identity }) => connect(platform, identity)));
    const csms = platform.split?.of('ocpp-csms')[0];
    const calls = stations.map((station, i) =>
      station.ask('StartTransaction', { connectorId: 1, idTag: 'DEMO-OK-1', meterStart: i, timestamp: new Date().toISOString() }),
    );
    await csms?.kill('SIGKILL');
    const during = calls.map((call, i) => call.then(() => stations[i]?.ask('Heartbeat', {})));
    await csms?.start();
    const started = await Promise.all(calls);
    await Promise.all(during);
    expect(new Set(started.map((answer) => answer['transactionId'])).size).toBe(500);
    expect(await transactions(platform, site)).toBe(500);
    expect(stations.every((station) => station.socket.readyState === station.socket.OPEN)).toBe(true);
    await Promise.all(stations.map((station) => station.close()));
  }, 180_000);

  it('an outage longer than the attempts of a station costs no message: calls are held, then the socket is closed, never an error', async () => {
    const platform = await start({ shape: 'split', env: { OCPP_CSMS_CALL_DEADLINE_MS: '3000', OCPP_GATEWAY_ADMISSION_HOLD_MS: '500' } });
    const site = await furnish(platform, { stations: 1 });
    const csms = platform.split?.of('ocpp-csms')[0];
    const start1 = { connectorId: 1, idTag: 'DEMO-OK-1', meterStart: 10, timestamp: new Date().toISOString() };
    const station = await connect(platform, 'ST-1');
    await station.ask('Heartbeat', {});
    await csms?.kill('SIGKILL');
    // The firmware may try three times in all; each time our side closes instead of answering, which is no attempt used up.
    station.sendRaw(JSON.stringify([2, 'm1', 'StartTransaction', start1]));
    expect(await station.closed).toMatchObject({ code: 1013 });
    expect(station.received.filter((frame) => frame.startsWith('[4'))).toEqual([]);
    for (let attempt = 0; attempt < 4; attempt++) await expect(connect(platform, 'ST-1')).rejects.toMatchObject({ status: 503 });
    await csms?.start();
    const again = await eventually(() => connect(platform, 'ST-1').catch(() => undefined), { timeoutMs: 20_000 });
    const answer = await again.ask('StartTransaction', start1);
    expect(answer['transactionId']).toBeGreaterThan(0);
    expect(await transactions(platform, site)).toBe(1);
    await again.close();
  }, 120_000);

  it('a command finds the gateway that holds the socket, and is told at once when none does', async () => {
    const platform = await start({ shape: 'split', replicas: { 'ocpp-gateway': 2 } });
    const site = await furnish(platform, { stations: 3 });
    const doors = platform.doors();
    const left = await connect(platform, 'ST-1', 0);
    const right = await connect(platform, 'ST-2', 1);
    for (const [index, station] of [left, right].entries()) {
      const { command } = await doors.commands.sendCommand(
        { stationId: site.stations[index]?.stationId ?? '', action: 'ClearCache', payloadJson: '{}' },
        { tenantId: site.tenantId },
      );
      expect(command).toMatchObject({ outcome: CommandOutcome.ANSWERED, responseJson: '{"status":"Accepted"}' });
      expect(station.commands.map((c) => c.action)).toContain('ClearCache');
    }
    const begun = performance.now();
    const offline = await doors.commands.sendCommand(
      { stationId: site.stations[2]?.stationId ?? '', action: 'ClearCache', payloadJson: '{}' },
      { tenantId: site.tenantId },
    );
    expect(offline.command?.outcome).toBe(CommandOutcome.STATION_OFFLINE);
    // The bound is part of the promise: an operator is told at once, not after a time-out.
    expect(performance.now() - begun).toBeLessThan(100);
    await Promise.all([left.close(), right.close()]);
  }, 120_000);

  it('stations of a killed gateway are shown offline within 20 s', async () => {
    const platform = await start({ shape: 'split', replicas: { 'ocpp-gateway': 2 } });
    const site = await furnish(platform, { stations: 2 });
    const doors = platform.doors();
    const station = await connect(platform, 'ST-1', 1);
    await station.ask('Heartbeat', {});
    const online = async () => (await doors.stations.getStation({ identity: 'ST-1' }, { tenantId: site.tenantId })).station?.online;
    await eventually(async () => (await online()) === true);
    await platform.split?.of('ocpp-gateway')[1]?.kill('SIGKILL');
    await eventually(async () => (await online()) === false, { timeoutMs: 20_000, everyMs: 250 });
  }, 120_000);

  it('each command is executed exactly once while stations change gateways, 1,000 times over', async () => {
    const platform = await start({ shape: 'split', replicas: { 'ocpp-gateway': 2 } });
    const site = await furnish(platform, { stations: 25 });
    const doors = platform.doors();
    const outcomes = (await Promise.all(site.stations.map((station) => raceTakeOvers(platform, doors, site, station)))).flat();
    expect(outcomes).toHaveLength(1_000);
    for (const { outcome, executed } of outcomes) {
      // Answered: carried out once. Anything else: at most once, and never told as answered.
      if (outcome === CommandOutcome.ANSWERED) expect(executed).toBe(1);
      else expect(executed).toBeLessThanOrEqual(1);
    }
    expect(outcomes.filter(({ outcome }) => outcome === CommandOutcome.ANSWERED).length).toBeGreaterThan(500);
  }, 300_000);

  it('nothing is lost when JetStream forgets everything', async () => {
    const platform = await start({ shape: 'all' });
    const site = await furnish(platform, { stations: 1 });
    const doors = platform.doors();
    const station = await connect(platform, 'ST-1');
    for (let i = 0; i < 20; i++) {
      const { transactionId } = await station.ask('StartTransaction', {
        connectorId: 1,
        idTag: 'DEMO-OK-1',
        meterStart: i * 100,
        timestamp: new Date(Date.now() + i * 1_000).toISOString(),
      });
      if (i === 10) await forgetStreams(platform);
      await station.ask('StopTransaction', {
        transactionId,
        meterStop: i * 100 + 50,
        timestamp: new Date(Date.now() + i * 1_000 + 500).toISOString(),
      });
    }
    await eventually(
      async () => {
        const summary = await doors.sessions.summarizeSessions(
          { filter: { status: SessionStatus.COMPLETED } },
          { tenantId: site.tenantId },
        );
        return summary.sessions === 20n && summary.energyWh === 1_000n;
      },
      { timeoutMs: 30_000 },
    );
    await station.close();
  }, 120_000);
});

const ROUNDS = 40;

/** Lets one station change gateways again and again, each time with a command under way; tells how often each command was carried out. */
async function raceTakeOvers(platform: Platform, doors: Doors, site: Site, { stationId, identity }: StationState) {
  const executed = new Map<string, number>();
  const onCommand: CommandAnswer = (_action, payload) => {
    const key = String(payload['key']);
    executed.set(key, (executed.get(key) ?? 0) + 1);
    return { status: 'Accepted' };
  };
  const connect = (replica: number) =>
    RawStation.connect({ url: platform.ocppUrl('demo', replica), identity, password: PASSWORD, onCommand });
  let current = await connect(0);
  const outcomes: { outcome: CommandOutcome | undefined; executed: number }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const key = `round-${round}`;
    const command = doors.commands.sendCommand(
      { stationId, action: 'ChangeConfiguration', payloadJson: JSON.stringify({ key, value: '1' }), timeoutMs: 10_000 },
      { tenantId: site.tenantId, timeoutMs: 30_000 },
    );
    const [answer, fresh] = await Promise.all([command, connect((round + 1) % 2)]);
    outcomes.push({ outcome: answer.command?.outcome, executed: executed.get(key) ?? 0 });
    current.terminate();
    current = fresh;
  }
  current.terminate();
  return outcomes;
}

async function forgetStreams(platform: Platform): Promise<void> {
  const { nats } = platform.parts;
  if (!nats) throw new Error('the journey needs the embedded bus');
  await nats.kill('SIGKILL');
  rmSync(nats.storeDir, { recursive: true, force: true });
  await nats.restart();
}
