import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DataFolder } from './data-folder.js';

describe('the data folder', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'ampline-data-folder-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('keeps the secret of the installation', () => {
    const { secret } = new DataFolder(dir).installation();
    expect(new DataFolder(dir).installation()).toEqual({ secret, grpc: {} });
  });

  it.each(['', '{"sec'])('names the file that cannot be read (%j)', (torn) => {
    const file = join(dir, 'installation.json');
    writeFileSync(file, torn);
    const failure = { code: 'launcher.installation-unreadable', details: { file } };
    expect(() => new DataFolder(dir).installation()).toThrow(expect.objectContaining(failure));
  });
});
