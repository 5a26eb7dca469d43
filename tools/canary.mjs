// Proves that the lint rules fire: lints forbidden and allowed code as files that exist only here, and expects red and green.
// A boundary rule that is silently skipped looks exactly like a boundary that nobody crosses.
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import config from '../eslint.config.mjs';
import { isProgram } from './support/workspace.mjs';

const BOUNDARY = '@nx/enforce-module-boundaries';
const IMPORTS = 'no-restricted-imports';
const SYNTAX = 'no-restricted-syntax';

const importing = (name) => `import * as other from '${name}';\nexport const x = other;\n`;

/** Where the code stands, the code, and the rule that must object (null: none may). */
const CASES = [
  // Layers between projects.
  ['libs/kernel-ids/src/x.ts', importing('@ampline/platform-config'), BOUNDARY],
  ['libs/kernel-ids/src/x.ts', importing('@nestjs/common'), BOUNDARY],
  ['libs/kernel-money/src/x.ts', importing('@ampline/kernel-errors'), null],
  ['libs/kernel-money/src/x.ts', importing('decimal.js'), null],
  ['libs/protocol-ocpp/src/x.ts', importing('@ampline/contracts'), BOUNDARY],
  ['libs/protocol-ocpp/src/x.ts', importing('ws'), BOUNDARY],
  ['libs/protocol-ocpp/src/x.ts', importing('@ampline/kernel-energy'), null],
  ['libs/contracts/src/x.ts', importing('@ampline/platform-nats'), BOUNDARY],
  ['libs/contracts/src/x.ts', importing('@nestjs/common'), BOUNDARY],
  ['libs/contracts/src/x.ts', importing('@bufbuild/protobuf'), null],
  ['libs/platform-nats/src/x.ts', importing('@ampline/ocpp-csms'), BOUNDARY],
  ['libs/platform-nats/src/x.ts', importing('@ampline/protocol-ocpp'), BOUNDARY],
  ['libs/platform-outbox/src/x.ts', importing('@ampline/contracts'), null],
  ['apps/ocpp-gateway/src/x.ts', importing('@ampline/ocpp-csms'), BOUNDARY],
  ['apps/ocpp-gateway/src/x.ts', importing('@ampline/station-simulator'), BOUNDARY],
  ['apps/ocpp-gateway/src/x.ts', importing('@ampline/all-in-one'), BOUNDARY],
  ['apps/ocpp-gateway/src/x.ts', importing('../../ocpp-csms/src/index.js'), BOUNDARY],
  ['apps/ocpp-gateway/test/x.int.spec.ts', importing('@ampline/ocpp-csms'), BOUNDARY],
  ['apps/ocpp-gateway/src/x.ts', importing('@ampline/protocol-ocpp'), null],
  ['apps/ocpp-gateway/test/x.int.spec.ts', importing('@ampline/platform-testing'), null],
  ['apps/station-simulator/src/x.ts', importing('@ampline/ocpp-csms'), BOUNDARY],
  ['apps/station-simulator/src/x.ts', importing('@ampline/protocol-ocpp'), null],
  ['apps/admin-cli/src/x.ts', importing('@ampline/accounts'), BOUNDARY],
  ['apps/admin-cli/src/x.ts', importing('@ampline/contracts'), null],
  ['apps/all-in-one/src/x.ts', importing('@ampline/ocpp-csms'), null],
  ['apps/all-in-one/src/x.ts', importing('@ampline/station-simulator'), null],
  ['libs/ui/src/x.tsx', importing('@ampline/contracts'), BOUNDARY],
  ['libs/ui/src/x.tsx', importing('@ampline/accounts'), BOUNDARY],
  ['libs/ui/src/x.tsx', importing('pg'), BOUNDARY],
  ['libs/ui/src/x.tsx', importing('react'), null],
  ['libs/ui/src/x.tsx', importing('rxjs'), null],
  ['apps/web-console/src/x.tsx', importing('@ampline/api-gateway'), BOUNDARY],
  ['apps/web-console/src/x.tsx', importing('@ampline/platform-config'), BOUNDARY],
  ['apps/web-console/src/x.tsx', importing('@nestjs/common'), BOUNDARY],
  ['apps/web-console/src/x.tsx', importing('@ampline/ui'), null],
  ['apps/api-gateway/src/x.ts', importing('@ampline/ui'), BOUNDARY],
  ['apps/api-gateway/src/x.ts', importing('react'), BOUNDARY],
  ['libs/contracts/src/x.ts', importing('@mui/material/Box'), BOUNDARY],

  // Folders inside a service.
  ['apps/ocpp-csms/src/transactions/domain/x.ts', importing('@nestjs/common'), IMPORTS],
  ['apps/ocpp-csms/src/transactions/domain/x.ts', importing('node:fs'), IMPORTS],
  ['apps/ocpp-csms/src/transactions/domain/x.ts', importing('@ampline/contracts'), IMPORTS],
  ['apps/ocpp-csms/src/transactions/domain/x.ts', importing('../application/ports.js'), IMPORTS],
  ['apps/ocpp-csms/src/transactions/domain/x.ts', importing('../adapters/store.js'), IMPORTS],
  ['apps/ocpp-csms/src/transactions/domain/x.ts', importing('../../generated/prisma/client.js'), IMPORTS],
  ['apps/ocpp-csms/src/transactions/domain/x.ts', importing('@ampline/kernel-energy'), null],
  ['apps/ocpp-csms/src/transactions/application/x.ts', importing('@ampline/platform-postgres'), IMPORTS],
  ['apps/ocpp-csms/src/transactions/application/x.ts', importing('../adapters/store.js'), IMPORTS],
  ['apps/ocpp-csms/src/transactions/application/x.ts', importing('rxjs'), IMPORTS],
  ['apps/ocpp-csms/src/transactions/application/x.ts', importing('../domain/transaction.js'), null],
  ['apps/ocpp-csms/src/transactions/adapters/x.ts', importing('../application/ports.js'), null],
  ['apps/ocpp-csms/src/transactions/adapters/x.ts', importing('@ampline/platform-postgres'), null],

  // Time and chance come from outside.
  ['apps/ocpp-csms/src/transactions/domain/x.ts', 'export const x = () => Date.now();\n', 'no-restricted-properties'],
  ['apps/ocpp-csms/src/transactions/domain/x.ts', 'export const x = () => performance.now();\n', 'no-restricted-properties'],
  ['apps/ocpp-csms/src/transactions/domain/x.ts', 'export const x = () => Math.random();\n', 'no-restricted-properties'],
  ['apps/ocpp-csms/src/transactions/domain/x.ts', 'export const x = () => new Date();\n', SYNTAX],
  ['apps/ocpp-csms/src/transactions/domain/x.ts', 'export const x = (f: () => void) => setTimeout(f, 1);\n', 'no-restricted-globals'],
  ['apps/ocpp-csms/src/transactions/application/x.ts', 'export const x = () => Date.now();\n', 'no-restricted-properties'],
  ['apps/ocpp-csms/src/transactions/application/x.ts', 'export const x = () => fetch("http://a");\n', 'no-restricted-globals'],
  ['apps/ocpp-csms/src/transactions/domain/x.ts', 'export const x = (at: Date) => new Date(at.getTime() + 1);\n', null],
  ['apps/ocpp-csms/src/transactions/domain/x.spec.ts', 'export const x = () => new Date();\n', null],
  ['apps/ocpp-csms/src/transactions/adapters/x.ts', 'export const x = () => new Date();\n', null],

  // Module state, default exports, environment.
  ['apps/ocpp-csms/src/x.ts', 'let count = 1;\nexport const x = () => count++;\n', SYNTAX],
  ['apps/ocpp-csms/src/x.ts', 'export let count = 1;\n', SYNTAX],
  ['libs/platform-postgres/src/x.ts', 'let count = 1;\nexport const x = () => count++;\n', SYNTAX],
  ['libs/platform-runner/src/x.ts', 'let count = 1;\nexport const x = () => count++;\n', SYNTAX],
  ['tools/x.mjs', 'let count = 1;\nexport const x = () => count++;\n', SYNTAX],
  ['apps/ocpp-csms/src/x.ts', 'export const x = () => {\n  let count = 1;\n  return count++;\n};\n', null],
  ['apps/ocpp-csms/src/x.ts', 'export default 1;\n', SYNTAX],
  ['apps/web-console/src/x.tsx', 'let count = 1;\nexport const x = () => count++;\n', SYNTAX],
  ['libs/ui/src/x.tsx', 'export default function X() {\n  return null;\n}\n', SYNTAX],
  ['apps/ocpp-csms/src/x.ts', 'const x = 1;\nexport { x as default };\n', SYNTAX],
  ['apps/ocpp-csms/src/x.ts', 'export const x = process.env.HOME;\n', SYNTAX],
  ['apps/ocpp-csms/src/x.ts', "import { env } from 'node:process';\nexport const x = env.HOME;\n", SYNTAX],
  ['libs/platform-config/src/x.ts', 'export const x = process.env.HOME;\n', SYNTAX],
  ['libs/platform-runner/src/x.ts', 'export const x = process.env.HOME;\n', null],
  ['apps/ocpp-csms/src/main.ts', 'export const x = process.env.HOME;\n', null],
  ['apps/ocpp-csms/test/x.int.spec.ts', 'export const x = process.env.HOME;\n', null],

  // Error messages are for people.
  ['apps/ocpp-csms/src/x.ts', 'export const x = (e: Error) => e.message.includes("not exist");\n', SYNTAX],
  ['apps/ocpp-csms/src/x.ts', 'export const x = (e: unknown) => (e as Error).message.startsWith("x");\n', SYNTAX],
  ['apps/ocpp-csms/src/x.ts', 'export const x = (e: Error) => /exist/.test(e.message);\n', SYNTAX],
  ['apps/ocpp-csms/src/x.ts', 'export const x = (error: Error) => error.message === "closed";\n', SYNTAX],
  ['apps/ocpp-csms/src/x.ts', 'export const x = (e: unknown) => (e as Error).message !== "closed";\n', SYNTAX],
  ['apps/ocpp-csms/src/x.ts', 'export function x(error: Error) {\n  switch (error.message) {\n    default:\n  }\n}\n', SYNTAX],
  ['apps/ocpp-csms/src/x.ts', 'export const x = (e: { code: string }) => e.code === "closed";\n', null],
  ['apps/ocpp-csms/src/x.ts', 'export const x = (e: Error) => `failed: ${e.message}`;\n', null],

  // The tenant is set in one place.
  ['apps/ocpp-csms/src/x.ts', 'export const x = "select set_config($1, $2, true)";\n', SYNTAX],
  ['apps/ocpp-csms/src/x.ts', 'export const x = (v: string) => `select SET_CONFIG (${v})`;\n', SYNTAX],
  ['libs/platform-outbox/src/x.ts', 'export const x = "select set_config($1, $2, true)";\n', SYNTAX],
  ['libs/platform-postgres/src/x.ts', 'export const x = "select set_config($1, $2, true)";\n', null],

  // Types. These rules ask the compiler: the files exist, their text is replaced.
  ['apps/ocpp-csms/src/index.ts', 'export const x = (v: any) => v;\n', '@typescript-eslint/no-explicit-any'],
  ['apps/ocpp-csms/src/index.ts', 'export const x = (unused: number) => 1;\n', '@typescript-eslint/no-unused-vars'],
  ['apps/ocpp-csms/src/index.ts', '// @ts-ignore\nexport const x = 1;\n', '@typescript-eslint/ban-ts-comment'],
  ['apps/ocpp-csms/src/index.ts', 'export function x() {\n  Promise.resolve();\n}\n', '@typescript-eslint/no-floating-promises'],
  ['apps/ocpp-csms/src/index.ts', 'export async function x() {\n  await 1;\n}\n', '@typescript-eslint/await-thenable'],
  [
    'apps/ocpp-csms/src/index.ts',
    'export function x(v: "a" | "b") {\n  switch (v) {\n    case "a":\n      return 1;\n  }\n  return 2;\n}\n',
    '@typescript-eslint/switch-exhaustiveness-check',
  ],
  ['apps/ocpp-csms/src/index.ts', 'export async function x() {\n  await Promise.resolve();\n}\n', null],
  ['tools/x.mjs', 'const unused = 1;\nexport const x = 2;\n', 'no-unused-vars'],
  ['tools/x.mjs', 'export function x() {\n  let y = 1;\n  return y;\n}\n', 'prefer-const'],
  ['tools/x.mjs', 'export function x() {\n  var y = 1;\n  return y;\n}\n', 'no-var'],
];

const typed = new ESLint();
const untyped = new ESLint({ overrideConfig: [tseslint.configs.disableTypeChecked] });

/** What the rules say to one case: undefined when as expected, else a sentence. */
async function check([filePath, code, rule]) {
  const eslint = filePath.endsWith('src/index.ts') ? typed : untyped;
  const [{ messages }] = await eslint.lintText(code, { filePath });
  const fired = messages.map((message) => message.ruleId ?? message.message);
  const asExpected = rule === null ? fired.length === 0 : fired.includes(rule);
  if (asExpected) return { messages };
  const told = fired.join(', ') || 'nothing';
  return { messages, problem: `${filePath}: expected ${rule ?? 'nothing'}, got ${told}\n    ${code.trim().replaceAll('\n', '\n    ')}` };
}

/** Rules and bans of the configuration that no red case has shown to fire. */
function unproven(messages) {
  const fired = new Set(messages.map((message) => message.ruleId));
  const said = messages.map((message) => message.message);
  const rules = config.flatMap((block) => Object.entries(block.rules ?? {}));
  const ids = [...new Set(rules.map(([id]) => id))].filter((id) => !fired.has(id));
  const bans = rules.filter(([id]) => id === SYNTAX).flatMap(([, [, ...all]]) => all.map((ban) => ban.message));
  const patterns = rules.filter(([id]) => id === IMPORTS).flatMap(([, [, { patterns: all }]]) => all.map((one) => one.message));
  const silent = [...new Set([...bans, ...patterns])].filter((text) => !said.some((message) => message.includes(text)));
  return [...ids, ...silent].map((what) => `no case proves: ${what}`);
}

/**
 * @returns {Promise<{passed: number, problems: string[]}>}
 */
export async function canary() {
  const results = [];
  for (const one of CASES) results.push(await check(one));
  const problems = results.flatMap(({ problem }) => problem ?? []);
  return { passed: CASES.length - problems.length, problems: [...problems, ...unproven(results.flatMap(({ messages }) => messages))] };
}

if (isProgram(import.meta.url)) {
  const { passed, problems } = await canary();
  for (const problem of problems) console.error(`✗ ${problem}`);
  console.log(`canary: ${passed} passed, ${problems.length} failed`);
  process.exitCode = problems.length > 0 ? 1 : 0;
}
