// One process at a time prepares the workspace: `npm start` and `npm test` may begin at the same moment.
import { mkdirSync, readFileSync, statSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const POLL_MS = 250;
const BEAT_MS = 5_000;
/** A holder that has not shown itself for this long is taken for dead: its process id may belong to another program by now. */
const SILENT_MS = 60_000;

/**
 * Runs `work` while holding the lock file, which names the holder's process id. Takes over from a holder that died.
 * @param {string} file absolute path; its folder is made
 * @param {() => Promise<T>} work
 * @param {(holder: string) => void} onWait called once when somebody else holds the lock
 * @template T
 * @returns {Promise<T>}
 */
export async function withLock(file, work, onWait = () => {}) {
  mkdirSync(dirname(file), { recursive: true });
  let told = false;
  while (!create(file)) {
    if (isAbandoned(file)) {
      takeAway(file);
      continue;
    }
    if (!told) onWait(read(file) ?? 'unknown');
    told = true;
    await wait(POLL_MS);
  }
  const beat = setInterval(() => utimesSync(file, new Date(), new Date()), BEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    unlinkSync(file);
  }
}

/** Only one waiter at a time may remove an abandoned lock, after another look: else a second one would remove its successor's. */
function takeAway(file) {
  const guard = `${file}.takeover`;
  if (!create(guard)) {
    if (ageMs(guard) > SILENT_MS) remove(guard);
    return;
  }
  if (isAbandoned(file)) remove(file);
  remove(guard);
}

function isAbandoned(file) {
  const holder = Number(read(file));
  return (Number.isInteger(holder) && holder > 0 && !isAlive(holder)) || ageMs(file) > SILENT_MS;
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function create(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

const whenThere = (read, otherwise) => {
  try {
    return read();
  } catch (error) {
    if (error.code === 'ENOENT') return otherwise;
    throw error;
  }
};
const read = (file) => whenThere(() => readFileSync(file, 'utf8'), undefined);
const ageMs = (file) => whenThere(() => Date.now() - statSync(file).mtimeMs, 0);
const remove = (file) => whenThere(() => unlinkSync(file), undefined);
