#!/usr/bin/env node
// Jest in ESM mode for the package in the current folder.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
const root = fileURLToPath(new URL('../../', import.meta.url));
const run = spawnSync(
  process.execPath,
  [
    '--experimental-vm-modules',
    '--no-warnings',
    `${root}node_modules/jest/bin/jest.js`,
    '-c',
    `${root}jest.config.mjs`,
    '--rootDir',
    process.cwd(),
    '--passWithNoTests',
    ...process.argv.slice(2),
  ],
  { stdio: 'inherit' },
);
process.exit(run.status ?? 1);
