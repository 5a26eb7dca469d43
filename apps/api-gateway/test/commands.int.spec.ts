import { CommandOutcome } from '@ampline/contracts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Api } from './support/api.js';
import { command, idOf, worldOf } from './support/world.js';

const STATION = idOf('station', 1);

describe('commands', () => {
  let api: Api;
  beforeAll(async () => {
    api = await Api.start();
    api.standIns.answers = worldOf(1);
  });
  afterAll(() => api.stop());

  it.each([
    [`reset(stationId: "${STATION}", type: SOFT)`, 'Reset', { type: 'Soft' }],
    [`reset(stationId: "${STATION}", type: HARD)`, 'Reset', { type: 'Hard' }],
    [`unlockConnector(stationId: "${STATION}", evseNumber: 2)`, 'UnlockConnector', { connectorId: 2 }],
    [
      `changeAvailability(stationId: "${STATION}", evseNumber: 0, operative: true)`,
      'ChangeAvailability',
      { connectorId: 0, type: 'Operative' },
    ],
    [
      `changeAvailability(stationId: "${STATION}", evseNumber: 1, operative: false)`,
      'ChangeAvailability',
      { connectorId: 1, type: 'Inoperative' },
    ],
    [`readConfiguration(stationId: "${STATION}")`, 'GetConfiguration', {}],
    [`readConfiguration(stationId: "${STATION}", keys: ["A", "B"])`, 'GetConfiguration', { key: ['A', 'B'] }],
    [`changeConfiguration(stationId: "${STATION}", key: "A", value: "1")`, 'ChangeConfiguration', { key: 'A', value: '1' }],
    [`triggerMessage(stationId: "${STATION}", message: "Heartbeat")`, 'TriggerMessage', { requestedMessage: 'Heartbeat' }],
    [`triggerMessage(stationId: "${STATION}", message: "Heartbeat", evseNumber: 0)`, 'TriggerMessage', { requestedMessage: 'Heartbeat' }],
    [
      `triggerMessage(stationId: "${STATION}", message: "MeterValues", evseNumber: 1)`,
      'TriggerMessage',
      { requestedMessage: 'MeterValues', connectorId: 1 },
    ],
    [`sendCommand(stationId: "${STATION}", action: "DataTransfer", payload: { vendorId: "x" })`, 'DataTransfer', { vendorId: 'x' }],
  ])('%s', async (field, action, payload) => {
    await api.data(`mutation { ${field} { id } }`);
    const { request } = api.standIns.only('commands.sendCommand');
    expect({ ...request, payloadJson: JSON.parse(request['payloadJson'] as string) as unknown }).toMatchObject({
      stationId: STATION,
      action,
      payloadJson: payload,
      timeoutMs: 0,
      idempotencyKey: '',
    });
  });

  it('start and stop sessions', async () => {
    await api.data(`mutation { remoteStart(stationId: "${STATION}", idToken: "CARD", idempotencyKey: "k1") { id } }`);
    const start = { stationId: STATION, idToken: 'CARD', evseNumber: 0, idempotencyKey: 'k1' };
    expect(api.standIns.only('commands.requestStart').request).toMatchObject(start);
    await api.data(`mutation { remoteStop(sessionId: "${idOf('session', 1)}", idempotencyKey: "k2") { id } }`);
    const stop = { sessionId: idOf('session', 1), idempotencyKey: 'k2' };
    expect(api.standIns.only('commands.requestStop').request).toMatchObject(stop);
  });

  it('pass the idempotency key on', async () => {
    await api.data(`mutation { reset(stationId: "${STATION}", type: SOFT, idempotencyKey: "k3") { id } }`);
    expect(api.standIns.only('commands.sendCommand').request).toMatchObject({ idempotencyKey: 'k3' });
  });

  it.each([
    [`remoteStart(stationId: "${STATION}", idToken: "CARD")`, 'commands.requestStart', 35_000],
    [`remoteStop(sessionId: "${idOf('session', 1)}")`, 'commands.requestStop', 35_000],
    [`reset(stationId: "${STATION}", type: SOFT)`, 'commands.sendCommand', 35_000],
    [`sendCommand(stationId: "${STATION}", action: "Reset", payload: {}, timeoutMs: 1000)`, 'commands.sendCommand', 35_000],
    [`sendCommand(stationId: "${STATION}", action: "Reset", payload: {}, timeoutMs: 90000)`, 'commands.sendCommand', 95_000],
  ])('%s waits for the station', async (field, method, patienceMs) => {
    await api.data(`mutation { ${field} { id } }`);
    const { patienceMs: waited } = api.standIns.only(method);
    expect(waited).toBeLessThanOrEqual(patienceMs);
    expect(waited).toBeGreaterThan(patienceMs - 5_000);
  });

  it('tell the answer, and what it says for itself', async () => {
    const selection = 'payload response responseStatus outcome requestedBy requestedByName';
    const query = `{ command(id: "${idOf('command', 0)}") { ${selection} } }`;
    expect(await api.data(query)).toEqual({
      command: {
        payload: { type: 'Soft' },
        response: { status: 'Accepted' },
        responseStatus: 'Accepted',
        outcome: 'ANSWERED',
        requestedBy: idOf('user', 0),
        requestedByName: 'User 0',
      },
    });
    const pending = { ...command(0), outcome: CommandOutcome.PENDING, responseJson: '', requestedBy: 'session-billing' };
    api.standIns.answers = { commands: { getCommand: () => ({ command: pending }) } };
    expect(await api.data(query)).toEqual({
      command: {
        payload: { type: 'Soft' },
        response: null,
        responseStatus: null,
        outcome: 'PENDING',
        requestedBy: 'session-billing',
        requestedByName: 'session-billing',
      },
    });
    expect(api.standIns.counts()).toEqual({ 'commands.getCommand': 1 });
  });
});
