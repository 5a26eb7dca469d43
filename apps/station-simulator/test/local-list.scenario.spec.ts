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

const entry = (idTag: string, status: 'Accepted' | 'Blocked' = 'Accepted') => ({ idTag, idTagInfo: { status } });

describe('local authorization list', () => {
  const version = async () => (await scene.centralSystem.command('GetLocalListVersion', {}))['listVersion'];
  const send = async (listVersion: number, updateType: 'Full' | 'Differential', localAuthorizationList?: object[]) =>
    (
      await scene.centralSystem.command('SendLocalList', {
        listVersion,
        updateType,
        ...(localAuthorizationList && { localAuthorizationList: localAuthorizationList as never }),
      })
    )['status'];

  it('is replaced by a full update and changed by a differential one', async () => {
    const station = await scene.station();
    expect(await version()).toBe(0);
    expect(await send(3, 'Full', [entry('A'), entry('B', 'Blocked')])).toBe('Accepted');
    expect(await version()).toBe(3);
    expect(await send(3, 'Differential', [entry('C')])).toBe('VersionMismatch');
    expect(await send(4, 'Differential', [entry('C'), { idTag: 'a' }])).toBe('Accepted');
    expect(['A', 'B', 'c'].map((token) => station.parts.localList.find(token)?.status)).toEqual([undefined, 'Blocked', 'Accepted']);
    expect(await send(2, 'Full')).toBe('Accepted');
    expect(await version()).toBe(0);
    expect(station.parts.localList.size).toBe(0);
  });

  it('is refused as a whole when it is too long or incomplete, and does not exist when it is switched off', async () => {
    const station = await scene.station({ configuration: { SendLocalListMaxLength: '2', LocalAuthListMaxLength: '3' } });
    expect(await send(1, 'Full', [entry('A'), entry('B'), entry('C')])).toBe('Failed');
    expect(await send(1, 'Full', [entry('A'), { idTag: 'B' }])).toBe('Failed');
    expect(await send(1, 'Full', [entry('A'), entry('B')])).toBe('Accepted');
    expect(await send(2, 'Differential', [entry('C'), entry('D')])).toBe('Failed');
    expect(station.parts.localList.size).toBe(2);
    expect(await version()).toBe(1);
    await scene.centralSystem.command('ChangeConfiguration', { key: 'LocalAuthListEnabled', value: 'false' });
    expect(await version()).toBe(-1);
    expect(await send(5, 'Full', [])).toBe('NotSupported');
  });

  it('decides while offline, and before the central system with LocalPreAuthorize', async () => {
    const station = await scene.station({ configuration: { LocalPreAuthorize: 'true' } });
    await send(1, 'Full', [entry('GOOD'), entry('BAD', 'Blocked')]);
    await playScenario(station, [{ do: 'authorize', idToken: 'good' }]);
    expect(scene.centralSystem.of('Authorize')).toEqual([]);
    await playScenario(station, [{ do: 'authorize', idToken: 'BAD' }]);
    expect(scene.centralSystem.of('Authorize')).toHaveLength(1);
    await playScenario(station, [
      { do: 'cut-network' },
      { do: 'authorize', idToken: 'GOOD' },
      { do: 'authorize', idToken: 'BAD', expect: 'refused' },
      { do: 'authorize', idToken: 'STRANGER', expect: 'unknown' },
    ]);
  });

  it('is joined by a cache of what the central system said, until it is cleared', async () => {
    const station = await scene.station({ configuration: { AuthorizationCacheEnabled: 'true' } });
    await playScenario(station, [
      { do: 'authorize', idToken: 'A' },
      { do: 'cut-network' },
      { do: 'authorize', idToken: 'a' },
      { do: 'restore-network' },
    ]);
    await playScenario(station, [{ do: 'wait-until', condition: 'online' }]);
    await scene.centralSystem.command('ClearCache', {});
    await playScenario(station, [{ do: 'cut-network' }, { do: 'authorize', idToken: 'A', expect: 'unknown' }]);
  });
});
