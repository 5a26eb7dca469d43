// Generated code: TypeScript from proto/ (libs/contracts/src/gen), a Prisma client per service and types from the GraphQL schema
// (apps/*/src/generated).
// Costs next to nothing when no input has changed: each part keeps the fingerprint of what it was made from.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { at, filesBelow, fingerprint, foldersOf, installedVersion, isProgram, toolEnv } from './support/workspace.mjs';

const execute = promisify(execFile);
const STAMPS = 'node_modules/.cache/ampline-generate';

/** What can be generated: its inputs, the folder it fills, the command that does it. */
function parts() {
  const found = [];
  const proto = filesBelow('proto', (file) => file.endsWith('.proto'));
  if (proto.length > 0) {
    found.push({
      name: 'proto',
      inputs: [...proto, 'buf.yaml', 'buf.gen.yaml'],
      tools: ['@bufbuild/buf', '@bufbuild/protoc-gen-es'],
      output: 'libs/contracts/src/gen',
      command: ['node_modules/@bufbuild/buf/bin/buf', 'generate'],
    });
  }
  for (const app of foldersOf('apps')) {
    if (!existsSync(at(app, 'prisma/schema.prisma'))) continue;
    found.push({
      name: app.replace('/', '-'),
      inputs: [...filesBelow(`${app}/prisma`, (file) => file.endsWith('.prisma')), `${app}/prisma.config.ts`, 'tools/dmmf-generator.mjs'],
      tools: ['prisma'],
      output: `${app}/src/generated`,
      command: ['node_modules/prisma/build/index.js', 'generate', '--config', `${app}/prisma.config.ts`],
    });
  }
  for (const app of foldersOf('apps')) {
    if (!existsSync(at(app, 'codegen.config.mjs'))) continue;
    found.push({
      name: `${app.replace('/', '-')}-graphql`,
      inputs: [
        ...filesBelow('apps/api-gateway/schema', (file) => file.endsWith('.graphql')),
        ...filesBelow(`${app}/src`, (file) => file.endsWith('.graphql')),
        `${app}/codegen.config.mjs`,
      ],
      tools: ['@graphql-codegen/cli', '@graphql-codegen/typescript'],
      output: `${app}/src/generated/graphql.ts`,
      command: ['node_modules/@graphql-codegen/cli/cjs/bin.js', '--config', `${app}/codegen.config.mjs`],
    });
  }
  return found;
}

async function bring(part) {
  const stamp = at(STAMPS, part.name);
  const current = fingerprint(part.inputs, ...part.tools.map((tool) => `${tool}@${installedVersion(tool)}`));
  if (existsSync(at(part.output)) && existsSync(stamp) && readFileSync(stamp, 'utf8') === current) return false;
  await execute(process.execPath, part.command, { cwd: at(), env: toolEnv(), maxBuffer: 16 * 1024 * 1024 });
  mkdirSync(at(STAMPS), { recursive: true });
  writeFileSync(stamp, current);
  return true;
}

/** Brings all generated code up to date; returns the names of the parts that were written. */
export async function generate() {
  const all = parts();
  const written = await Promise.all(all.map(bring));
  return all.filter((_, i) => written[i]).map((part) => part.name);
}

if (isProgram(import.meta.url)) {
  try {
    const written = await generate();
    console.log(written.length > 0 ? `generated: ${written.join(', ')}` : 'generated code is up to date');
  } catch (error) {
    console.error(`${error.stdout ?? ''}${error.stderr ?? ''}` || error);
    process.exit(1);
  }
}
