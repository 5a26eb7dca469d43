// Holds a process to a share of a core: `node cpu-governor.mjs <pid> <share>`. Stops it (SIGSTOP) whenever it has used more than its share since
// the begin, and lets it go on when it has not; ends, and lets it go on, when its parent does.
import { readdirSync, readFileSync } from 'node:fs';

const [pid, share] = process.argv.slice(2).map(Number);
const LOOK_EVERY_MS = 4;
/** What may be saved up while it had nothing to do, ms of CPU. */
const BURST_MS = 20;

/** CPU time of all its threads, ms: the kernel's own count, in nanoseconds. */
function usedMs() {
  let ns = 0;
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    try {
      ns += Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]);
    } catch (error) {
      if (error.code !== 'ENOENT' && error.code !== 'ESRCH') throw error;
    }
  }
  return ns / 1e6;
}

/** Begins to hold the process; returns the timer that does. */
function hold() {
  let stopped = false;
  let [lastAt, lastUsed, allowance] = [performance.now(), usedMs(), BURST_MS];
  return setInterval(() => {
    const [now, used] = [performance.now(), usedMs()];
    allowance = Math.min(BURST_MS, allowance + (now - lastAt) * share - Math.max(0, used - lastUsed));
    [lastAt, lastUsed] = [now, used];
    if (stopped !== allowance < 0) {
      stopped = !stopped;
      process.kill(pid, stopped ? 'SIGSTOP' : 'SIGCONT');
    }
  }, LOOK_EVERY_MS);
}

const timer = hold();
process.on('disconnect', () => {
  clearInterval(timer);
  process.kill(pid, 'SIGCONT');
  process.exit(0);
});
process.send?.('ready');
