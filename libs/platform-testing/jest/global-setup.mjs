// Names the folder of this test run after the runner's process, so that all its workers find the same servers.
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export default function openTestRun() {
  const folder = join(tmpdir(), `ampline-tests-${process.pid}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { mode: 0o755 });
  process.once('exit', () => {
    // Where servers were started, their guard removes the folder after them.
    if (!existsSync(join(folder, 'guard.claim'))) rmSync(folder, { recursive: true, force: true });
  });
}
