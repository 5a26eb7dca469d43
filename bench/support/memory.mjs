import { readFileSync } from 'node:fs';

/** Resident memory of a process, bytes. */
export function rssOf(pid) {
  const kib = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kib) * 1_024;
}

export const inKiB = (bytes) => (bytes / 1_024).toFixed(1);
