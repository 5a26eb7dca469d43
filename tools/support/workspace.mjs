// Where things are in the workspace, and the environment its programs run in. No dependencies: also loaded before `npm ci`.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { delimiter, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Absolute path of the repository. */
export const root = fileURLToPath(new URL('../../', import.meta.url));

/** Absolute path of something inside the repository. */
export const at = (...parts) => join(root, ...parts);

/** Where programs are unpacked that neither npm nor the system has. */
export const UNPACKED = at('.data/tools');

/** Environment of every program started by the tools: the workspace's binaries first (Node 24 among them). */
export function toolEnv(extra = {}) {
  return {
    ...process.env,
    PATH: [at('node_modules/.bin'), process.env.PATH ?? '', UNPACKED].join(delimiter),
    // `prisma generate` insists on the path of an engine that it never runs; without one it tries to download it.
    PRISMA_SCHEMA_ENGINE_BINARY: process.env.PRISMA_SCHEMA_ENGINE_BINARY ?? '/bin/true',
    PRISMA_HIDE_UPDATE_MESSAGE: '1',
    CHECKPOINT_DISABLE: '1',
    NX_DAEMON: 'false',
    ...extra,
  };
}

/** Folders directly under `parent` (relative to the repository), or none when it does not exist. */
export function foldersOf(parent) {
  if (!existsSync(at(parent))) return [];
  return readdirSync(at(parent), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => `${parent}/${entry.name}`)
    .sort();
}

const NOT_SOURCE = new Set(['node_modules', 'dist', '.git', '.nx', '.data', 'coverage', 'gen', 'generated']);

/** Files below a folder or the file itself, relative to the repository, sorted; build output and generated code are left out. */
export function filesBelow(path, accept = () => true) {
  if (!existsSync(at(path))) return [];
  if (statSync(at(path)).isFile()) return accept(path) ? [path] : [];
  return readdirSync(at(path), { withFileTypes: true })
    .filter((entry) => !NOT_SOURCE.has(entry.name))
    .flatMap((entry) => {
      const child = path === '.' ? entry.name : `${path}/${entry.name}`;
      if (entry.isDirectory()) return filesBelow(child, accept);
      return entry.isFile() && accept(child) ? [child] : [];
    })
    .sort();
}

/** SHA-256 over the names and contents of files (relative to the repository); a missing file counts as such. */
export function fingerprint(files, ...salt) {
  const hash = createHash('sha256').update(salt.join('\0'));
  for (const file of files) hash.update(`\0${file}\0`).update(existsSync(at(file)) ? readFileSync(at(file)) : 'missing');
  return hash.digest('hex');
}

/** Version of an installed package. */
export function installedVersion(name) {
  return JSON.parse(readFileSync(at('node_modules', name, 'package.json'), 'utf8')).version;
}

/** A path as people read it: relative to the repository. */
export const shown = (path) => relative(root, path) || '.';

/** Whether the module with this `import.meta.url` is the program itself and not an import of another one. */
export function isProgram(url) {
  const program = process.argv[1];
  return program !== undefined && existsSync(program) && realpathSync(program) === realpathSync(fileURLToPath(url));
}
