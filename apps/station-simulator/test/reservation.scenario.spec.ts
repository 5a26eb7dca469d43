import { eventually } from '@ampline/platform-testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { playScenario } from '../src/index.js';
import { Scene } from './support/scene.js';

let scene: Scene;
beforeEach(async () => {
  scene = await Scene.open();
});
afterEach(async () => {
  expect(scene.centralSystem.violations).toEqual([]);
  await scene.close();
});

describe('reservations', () => {
  const inMs = (ms: number) => new Date(Date.now() + ms).toISOString();
  const reserve = async (connectorId: number, idTag: string, o: { id?: number; parentIdTag?: string; forMs?: number } = {}) => {
    const { id = 1, parentIdTag, forMs = 60_000 } = o;
    const request = { connectorId, idTag, reservationId: id, expiryDate: inMs(forMs), ...(parentIdTag !== undefined && { parentIdTag }) };
    return (await scene.centralSystem.command('ReserveNow', request))['status'];
  };
  const remoteStart = async (connectorId: number, idTag: string) =>
    (await scene.centralSystem.command('RemoteStartTransaction', { connectorId, idTag }))['status'];
  const shown = (connectorId: number) =>
    scene.centralSystem
      .of('StatusNotification')
      .filter(({ payload }) => payload['connectorId'] === connectorId)
      .at(-1)?.payload['status'];

  it('keep a connector for one token, and are used up by its transaction', async () => {
    await scene.station();
    const { centralSystem } = scene;
    expect(await reserve(1, 'A')).toBe('Accepted');
    await eventually(() => shown(1) === 'Reserved');
    expect(await reserve(1, 'B', { id: 2 })).toBe('Occupied');
    expect(await reserve(1, 'B', { id: 1 })).toBe('Accepted');
    expect(await remoteStart(1, 'A')).toBe('Rejected');
    expect(await remoteStart(1, 'b')).toBe('Accepted');
    await eventually(() => centralSystem.of('StartTransaction').length === 1);
    expect(centralSystem.of('StartTransaction')[0]?.payload).toMatchObject({ reservationId: 1, idTag: 'b' });
    expect((await centralSystem.command('CancelReservation', { reservationId: 1 }))['status']).toBe('Rejected');
  });

  it('end by cancelling and by time', async () => {
    await scene.station();
    expect(await reserve(2, 'A', { forMs: -1_000 })).toBe('Rejected');
    expect(await reserve(2, 'A')).toBe('Accepted');
    expect((await scene.centralSystem.command('CancelReservation', { reservationId: 1 }))['status']).toBe('Accepted');
    await eventually(() => shown(2) === 'Available');
    expect(await reserve(2, 'A', { forMs: 150 })).toBe('Accepted');
    await eventually(() => shown(2) === 'Reserved');
    await eventually(() => shown(2) === 'Available');
    expect(await remoteStart(2, 'B')).toBe('Accepted');
  });

  it('count for the group of the token', async () => {
    const station = await scene.station({ configuration: { AuthorizeRemoteTxRequests: 'true' } });
    await reserve(1, 'A', { parentIdTag: 'FLEET' });
    expect(station.parts.reservations.admit(1, { idToken: 'X' })).toBe(false);
    expect(station.parts.reservations.admit(1, { idToken: 'X', parentIdToken: 'fleet' })).toBe(true);
  });

  it('of connector 0 keep one connector free', async () => {
    await scene.station();
    expect(await reserve(0, 'A')).toBe('Accepted');
    expect(shown(0)).toBe('Available');
    expect(await remoteStart(1, 'B')).toBe('Accepted');
    await eventually(() => scene.centralSystem.of('StartTransaction').length === 1);
    expect(await remoteStart(2, 'C')).toBe('Rejected');
    expect(await reserve(0, 'D', { id: 2 })).toBe('Occupied');
    expect(await remoteStart(2, 'A')).toBe('Accepted');
    await eventually(() => scene.centralSystem.of('StartTransaction').length === 2);
    expect(scene.centralSystem.of('StartTransaction')[1]?.payload).toMatchObject({ reservationId: 1 });
  });

  it('are refused where they make no sense', async () => {
    const station = await scene.station({ configuration: { ReserveConnectorZeroSupported: 'false' } });
    expect(await reserve(0, 'A')).toBe('Rejected');
    expect(await reserve(9, 'A')).toBe('Rejected');
    await scene.centralSystem.command('ChangeAvailability', { connectorId: 1, type: 'Inoperative' });
    expect(await reserve(1, 'A')).toBe('Unavailable');
    await playScenario(station, [{ do: 'plug-in', connectorId: 2 }]);
    expect(await reserve(2, 'A')).toBe('Occupied');
  });
});
