import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { complete } from './complete-lockfile.mjs';

const parent = (optionalDependencies) => ({ version: '1.0.0', dev: true, optionalDependencies });

describe('complete', () => {
  it('adds the binaries of other platforms as npm would have written them', () => {
    const { packages, added } = complete({
      '': { name: 'root' },
      'node_modules/nx': parent({ '@nx/nx-darwin-arm64': '1.0.0', '@nx/nx-linux-x64-musl': '1.0.0' }),
    });
    assert.deepEqual(added, ['@nx/nx-darwin-arm64@1.0.0', '@nx/nx-linux-x64-musl@1.0.0']);
    assert.deepEqual(packages['node_modules/@nx/nx-linux-x64-musl'], {
      version: '1.0.0',
      cpu: ['x64'],
      dev: true,
      libc: ['musl'],
      optional: true,
      os: ['linux'],
    });
    assert.deepEqual(Object.keys(packages), [
      '',
      'node_modules/@nx/nx-darwin-arm64',
      'node_modules/@nx/nx-linux-x64-musl',
      'node_modules/nx',
    ]);
  });

  it('leaves alone what is there, in the package itself or further up', () => {
    const packages = {
      'node_modules/a': parent({ 'b-linux-x64': '1.0.0' }),
      'node_modules/a/node_modules/b-linux-x64': { version: '1.0.0' },
      'node_modules/c/node_modules/d': parent({ 'e-linux-x64': '1.0.0' }),
      'node_modules/e-linux-x64': { version: '1.0.0' },
    };
    assert.deepEqual(complete(packages), { packages, added: [], unknown: [] });
  });

  it('reports a missing package that is no binary of a platform', () => {
    const { added, unknown } = complete({ 'node_modules/a': parent({ fsevents: '2.3.3', 'x-linux-x64': '^1.0.0' }) });
    assert.deepEqual(added, []);
    assert.deepEqual(unknown, ['fsevents@2.3.3', 'x-linux-x64@^1.0.0']);
  });
});
