import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CommandOutcome } from '@ampline/contracts';
import { eventually } from '@ampline/platform-testing';
import { answers, FakeSocket } from './support/fake-gateway.js';
import { RunningCsms, type TestTenant } from './support/running-csms.js';

let csms: RunningCsms;
let demo: TestTenant;

beforeAll(async () => {
  csms = await RunningCsms.start();
  demo = await csms.tenant('demo');
});
afterAll(() => csms.stop());

describe('a command', () => {
  it('whose answer comes while the database is away is stored when it is back', async () => {
    const { stationId } = await csms.station(demo, 'Away');
    const limit = (connections: number) => csms.admin.query(`ALTER DATABASE ${csms.database.name} CONNECTION LIMIT ${connections}`);
    const socket = await FakeSocket.open(csms.bus, demo.slug, 'Away', 0, async (command) => {
      await limit(0);
      await csms.admin.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND usename LIKE 'csms_%'`,
      );
      return answers({ status: 'Accepted' })(command);
    });
    const { commands } = csms.as('operator', demo.tenantId);
    const sent = commands.sendCommand({ stationId, action: 'ClearCache' }, { timeoutMs: 20_000 });
    const readiness = () => csms.replicas[0]?.service.readiness.report();
    await eventually(async () => socket.executed.length > 0 && (await readiness())?.parts['database'] !== 'ok');
    await limit(-1);
    expect((await sent).command).toMatchObject({ outcome: CommandOutcome.ANSWERED, responseJson: '{"status":"Accepted"}' });
    expect(socket.executed.length).toBe(1);
    await socket.close();
  });

  it('without a bus is not sent, and the next one is when the bus is back', async () => {
    const { stationId } = await csms.station(demo, 'NoBus');
    const { commands } = csms.as('operator', demo.tenantId);
    const send = async () => (await commands.sendCommand({ stationId, action: 'ClearCache' })).command;
    const parts = async () => (await csms.replicas[0]?.service.readiness.report())?.parts;
    await csms.nats.kill('SIGKILL');
    await eventually(async () => (await parts())?.['bus'] !== 'ok');
    expect(await send()).toMatchObject({ outcome: CommandOutcome.NOT_SENT, errorCode: 'bus-down' });
    await csms.nats.restart();
    await eventually(async () => (await parts())?.['bus'] === 'ok', { timeoutMs: 30_000 });
    expect(await send()).toMatchObject({ outcome: CommandOutcome.STATION_OFFLINE });
  });
});
