import { createHash } from 'node:crypto';
import { chmodSync, existsSync, lstatSync, mkdirSync, readlinkSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { canTraverse, type ServerUser } from './postgres-binaries.js';

/**
 * Makes `dir` and returns the folder to use. When the server's user cannot get there (a clone in /root, mode 0700),
 * the folder lives under /var/tmp and `dir` is a symbolic link to it; removing the link throws the data away.
 */
export function serverDirectory(dir: string, user: ServerUser | undefined): string {
  const path = resolve(dir);
  mkdirSync(dirname(path), { recursive: true });
  if (user === undefined || canTraverse(dirname(path), user)) return makeFolder(path);
  const elsewhere = `/var/tmp/ampline-${basename(path)}-${createHash('sha256').update(path).digest('hex').slice(0, 16)}`;
  if (linkTarget(path) !== elsewhere || !ownedByUs(elsewhere)) {
    rmSync(path, { recursive: true, force: true });
    rmSync(elsewhere, { recursive: true, force: true });
    symlinkSync(elsewhere, path);
  }
  return makeFolder(elsewhere);
}

function makeFolder(path: string): string {
  mkdirSync(path, { recursive: true });
  chmodSync(path, 0o755);
  return path;
}

function ownedByUs(path: string): boolean {
  return !existsSync(path) || statSync(path).uid === process.getuid?.();
}

function linkTarget(path: string): string | undefined {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ? readlinkSync(path) : undefined;
}
