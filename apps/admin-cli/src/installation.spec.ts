import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findInstallation } from './installation.js';

describe('finding the installation', () => {
  let dataFolder: string;
  const write = (content: string) => writeFileSync(join(dataFolder, 'installation.json'), content);
  const code = (find: () => unknown) => {
    try {
      return find();
    } catch (error) {
      return (error as { code: string }).code;
    }
  };

  beforeAll(() => {
    dataFolder = mkdtempSync(join(tmpdir(), 'ampline-cli-'));
  });
  afterAll(() => rmSync(dataFolder, { recursive: true }));

  it('reads what npm start wrote down', () => {
    write(JSON.stringify({ secret: 's', grpc: { accounts: '127.0.0.1:4202' } }));
    const found = findInstallation({ env: {}, dataFolder, urls: ['ocpp-csms=host:1'] });
    expect(found.secret).toBe('s');
    expect(Object.fromEntries(found.urls)).toEqual({ accounts: '127.0.0.1:4202', 'ocpp-csms': 'host:1' });
  });

  it('prefers the environment, with the default ports for what it does not name', () => {
    const env = { AMPLINE_SECRET: 'e', AMPLINE_GRPC_URLS: 'accounts=db.example:9,session-export=db.example:8' };
    const { secret, urls } = findInstallation({ env, dataFolder, urls: ['accounts=here:1'] });
    expect(secret).toBe('e');
    expect(Object.fromEntries(urls)).toEqual({ accounts: 'here:1', 'session-export': 'db.example:8', 'ocpp-csms': '127.0.0.1:4201' });
  });

  it('knows that nothing runs, from a missing file and from an empty one', () => {
    expect(code(() => findInstallation({ env: {}, dataFolder: join(dataFolder, 'none'), urls: [] }))).toBe('cli.not-running');
    write(JSON.stringify({ secret: 's', grpc: {} }));
    expect(code(() => findInstallation({ env: {}, dataFolder, urls: [] }))).toBe('cli.not-running');
  });

  it('refuses a broken file and a broken address', () => {
    write('{"secret":');
    expect(code(() => findInstallation({ env: {}, dataFolder, urls: [] }))).toBe('cli.installation-unreadable');
    write('[]');
    expect(code(() => findInstallation({ env: {}, dataFolder, urls: [] }))).toBe('cli.installation-unreadable');
    expect(code(() => findInstallation({ env: { AMPLINE_SECRET: 'e' }, dataFolder, urls: ['accounts'] }))).toBe('cli.argument-invalid');
  });
});
