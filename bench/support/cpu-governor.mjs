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

const state = { stopped: false, at: performance.now(), used: usedMs(), allowance: BURST_MS };

const timer = setInterval(() => {
  const [at, used] = [performance.now(), usedMs()];
  const allowance = Math.min(BURST_MS, state.allowance + (at - state.at) * share - Math.max(0, used - state.used));
  const stopped = allowance < 0;
  if (stopped !== state.stopped) process.kill(pid, stopped ? 'SIGSTOP' : 'SIGCONT');
  Object.assign(state, { stopped, at, used, allowance });
}, LOOK_EVERY_MS);

process.on('disconnect', () => {
  clearInterval(timer);
  process.kill(pid, 'SIGCONT');
  process.exit(0);
});
process.send?.('ready');
