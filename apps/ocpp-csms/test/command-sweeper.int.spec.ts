import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CommandOutcome } from '@ampline/contracts';
import { uuidv7 } from '@ampline/kernel-ids';
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

describe('a command whose sender died', () => {
  /** As a replica leaves it that was killed after it had stored the command. */
  async function leftBehind(stationId: string, deadline: string): Promise<string> {
    const commandId = uuidv7();
    await csms.admin.query(
      `INSERT INTO command (command_id, tenant_id, station_id, action, payload, idempotency_key, outcome, requested_by, requested_at, deadline)
       VALUES ($1::uuid, $2, $3, 'Reset', '{"type":"Soft"}', $1::uuid::text, 'pending', 'somebody', now(), now() + $4::interval)`,
      [commandId, demo.tenantId, stationId, deadline],
    );
    return commandId;
  }

  it('ends as timed out, and one that is still under way does not', async () => {
    const { stationId } = await csms.station(demo, 'Left');
    const [dead, live] = [await leftBehind(stationId, '-1 minute'), await leftBehind(stationId, '10 minutes')];
    const { commands } = csms.as('operator', demo.tenantId);
    const get = async (commandId: string) => (await commands.getCommand({ commandId })).command;
    await eventually(async () => (await get(dead))?.outcome === CommandOutcome.TIMEOUT, { timeoutMs: 20_000 });
    expect((await get(dead))?.completedAt).toBeDefined();
    expect((await get(live))?.outcome).toBe(CommandOutcome.PENDING);
  });

  it('is not sent when it is asked for again under its key', async () => {
    const { stationId } = await csms.station(demo, 'Again');
    const socket = await FakeSocket.open(csms.bus, demo.slug, 'Again', 0, answers({ status: 'Accepted' }));
    const commandId = await leftBehind(stationId, '-1 minute');
    const { commands } = csms.as('operator', demo.tenantId);
    const request = { stationId, action: 'Reset', payloadJson: '{"type":"Soft"}', idempotencyKey: commandId };
    await eventually(async () => (await commands.sendCommand(request)).command?.outcome === CommandOutcome.TIMEOUT, { timeoutMs: 20_000 });
    expect(socket.executed).toEqual([]);
    await socket.close();
  });
});
