import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts the time of processes in hundredths of a second (USER_HZ). */
const TICK_MS = 10;

/** @typedef {Record<string, { pid: number, family?: boolean }[]>} Groups processes by name; `family`: with their children */

/** CPU time used so far, ms, by group, and by the whole machine. */
export function cpuTimes(/** @type {Groups} */ groups) {
  const byGroup = Object.entries(groups).map(([name, members]) => [name, members.reduce((sum, member) => sum + memberMs(member), 0)]);
  return { at: performance.now(), groups: Object.fromEntries(byGroup), machineMs: machineMs() };
}

/** What was used between two looks: ms by group; `machineCores`: how many cores were busy, with whatever. */
export function cpuBetween(before, after) {
  const wallMs = after.at - before.at;
  const groups = Object.fromEntries(Object.entries(after.groups).map(([name, ms]) => [name, ms - before.groups[name]]));
  return { wallMs, groups, machineCores: (after.machineMs - before.machineMs) / wallMs };
}

function memberMs({ pid, family = false }) {
  const [own, ended] = times(pid);
  if (!family) return own;
  // Children that are gone are in their parent's account.
  return own + ended + childrenOf(pid).reduce((sum, child) => sum + times(child)[0], 0);
}

function times(pid) {
  const fields = statOf(pid);
  if (fields === undefined) return [0, 0];
  const [user, system, childUser, childSystem] = fields.slice(11, 15).map(Number);
  return [(user + system) * TICK_MS, (childUser + childSystem) * TICK_MS];
}

/** Fields of /proc/<pid>/stat from the third on; undefined when the process is gone. */
function statOf(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ESRCH') return undefined;
    throw error;
  }
}

function childrenOf(pid) {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((candidate) => Number(statOf(candidate)?.[1]) === pid);
}

function machineMs() {
  const [, ...fields] = readFileSync('/proc/stat', 'utf8').split('\n')[0].split(/\s+/);
  const [user, nice, system, , , irq, softirq, steal] = fields.map(Number);
  return (user + nice + system + irq + softirq + (steal ?? 0)) * TICK_MS;
}
