import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { withLock } from './lock.mjs';

const folder = mkdtempSync(join(tmpdir(), 'ampline-lock-'));
after(() => rmSync(folder, { recursive: true }));

/** Another process that appends a letter while it holds the lock and fails when somebody else is inside. */
function contender(lock) {
  const inside = join(folder, 'inside');
  const code = `
    import { withLock } from ${JSON.stringify(new URL('./lock.mjs', import.meta.url).href)};
    import { appendFileSync, unlinkSync, writeFileSync } from 'node:fs';
    await withLock(${JSON.stringify(lock)}, async () => {
      writeFileSync(${JSON.stringify(inside)}, '', { flag: 'wx' });
      await new Promise((done) => setTimeout(done, 20));
      unlinkSync(${JSON.stringify(inside)});
      appendFileSync(${JSON.stringify(join(folder, 'turns'))}, 'x');
    });`;
  return once(spawn(process.execPath, ['--input-type=module', '--eval', code], { stdio: 'inherit' }), 'exit');
}

async function idOfADeadProcess() {
  const child = spawn(process.execPath, ['--eval', '']);
  await once(child, 'exit');
  return child.pid;
}

describe('withLock', () => {
  it('lets one process in at a time, also when the last holder died with the lock', async () => {
    const lock = join(folder, 'contended');
    writeFileSync(lock, String(await idOfADeadProcess()));
    const exits = await Promise.all([contender(lock), contender(lock), contender(lock)]);
    assert.deepEqual(
      exits.map(([code]) => code),
      [0, 0, 0],
    );
    assert.equal(readFileSync(join(folder, 'turns'), 'utf8'), 'xxx');
  });

  it('gives the lock back when the work fails', async () => {
    const lock = join(folder, 'failing');
    await assert.rejects(
      withLock(lock, async () => {
        throw new Error('work failed');
      }),
      /work failed/,
    );
    assert.equal(existsSync(lock), false);
  });

  it('says once whom it waits for', async () => {
    const lock = join(folder, 'waited-for');
    const told = [];
    let release;
    const held = withLock(lock, () => new Promise((done) => (release = done)));
    const second = withLock(
      lock,
      async () => 'mine',
      (holder) => {
        told.push(holder);
        release();
      },
    );
    assert.equal(await second, 'mine');
    await held;
    assert.deepEqual(told, [String(process.pid)]);
  });
});
