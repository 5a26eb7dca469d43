import { eventually } from '@ampline/platform-testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RunningGateway } from './support/running-gateway.js';
import { SocketClient, type Reading } from './support/socket-client.js';

interface Seen {
  platformStatusChanged: { live: boolean; services: { name: string; state: string; replicas: number }[] };
}
const QUERY = 'subscription { platformStatusChanged { live services { name state replicas } } }';

describe('the status of the platform', () => {
  let gateway: RunningGateway;
  let client: SocketClient;
  let read: Reading;
  const last = () => (read.events.at(-1) as unknown as Seen).platformStatusChanged;
  const state = (name: string) => last().services.find((service) => service.name === name)?.state;
  beforeAll(async () => {
    gateway = await RunningGateway.start({ API_GATEWAY_EXPECTED_SERVICES: 'ocpp-csms' });
    client = new SocketClient(gateway.url, () => gateway.as('driver'));
    read = client.read(QUERY);
    await eventually(() => read.events.length > 0);
  });
  afterAll(async () => {
    await client.stop();
    await gateway.stop();
  });

  it('is told at once: what was not heard of is down, and the own replica is up', () => {
    expect(last()).toEqual({
      live: true,
      services: [
        { name: 'api-gateway', state: 'UP', replicas: expect.any(Number) },
        { name: 'ocpp-csms', state: 'DOWN', replicas: 0 },
      ],
    });
  });

  it('changes within a second of a beat: up, degraded while no replica is ready, down when the last one leaves', async () => {
    gateway.beat('ocpp-csms', { instance: 'a' });
    await eventually(() => state('ocpp-csms') === 'UP', { timeoutMs: 1_000 });
    gateway.beat('ocpp-csms', { instance: 'a', ready: false });
    await eventually(() => state('ocpp-csms') === 'DEGRADED', { timeoutMs: 1_000 });
    gateway.beat('ocpp-csms', { instance: 'b' });
    await eventually(() => state('ocpp-csms') === 'UP', { timeoutMs: 1_000 });
    gateway.beat('ocpp-csms', { instance: 'a', leaving: true });
    gateway.beat('ocpp-csms', { instance: 'b', leaving: true });
    await eventually(() => state('ocpp-csms') === 'DOWN', { timeoutMs: 1_000 });
  });

  it('knows whoever beats, such as an embedded identity provider', async () => {
    gateway.beat('identity');
    await eventually(() => state('identity') === 'UP', { timeoutMs: 1_000 });
  });

  it('is down after silence', async () => {
    gateway.beat('ocpp-csms');
    await eventually(() => state('ocpp-csms') === 'UP');
    await eventually(() => state('ocpp-csms') === 'DOWN', { timeoutMs: 9_000 });
  });

  it('is not live while the bus is away, and calls nobody down whom it cannot hear', async () => {
    gateway.beat('ocpp-csms');
    await eventually(() => state('ocpp-csms') === 'UP');
    await gateway.nats.restart();
    await eventually(() => read.events.some((event) => !(event as unknown as Seen).platformStatusChanged.live), { timeoutMs: 5_000 });
    await eventually(() => last().live, { timeoutMs: 10_000 });
    expect(state('ocpp-csms')).toBe('UP');
  });
});
