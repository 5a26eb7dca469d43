// What the compiler cannot see: who may import whom, what domain code may touch, what a module may keep. CONTRIBUTING.md tells
// how to mend a violation; tools/canary.mjs proves that each rule fires.
import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';
import { projectGraph } from './tools/support/project-graph.mjs';

// Nx' rule is skipped without a word when no project graph is cached: make sure that there is one, whoever runs ESLint.
const { contexts } = await projectGraph();

const INPUT_OUTPUT = ['@nestjs/*', '@prisma/*', '@nats-io/*', '@grpc/*', 'pg', 'ws', 'rxjs', 'express'];
const PURE = ['type:kernel', 'type:protocol'];

/** Tag of a project → tags of the projects that it may import. */
const LAYERS = {
  'type:kernel': ['type:kernel'],
  'type:protocol': PURE,
  'type:engine': ['type:engine', 'type:kernel'],
  'type:contracts': ['type:contracts', 'type:kernel'],
  'type:platform': ['type:platform', 'type:contracts', 'type:kernel'],
  'type:service': ['type:platform', 'type:contracts', 'type:engine', ...PURE],
  'type:tool': ['type:platform', 'type:contracts', ...PURE],
  'type:ui': ['type:ui', 'type:kernel'],
  'type:web': ['type:ui', 'type:kernel'],
  'type:launcher': ['type:service', 'type:tool', 'type:platform', 'type:contracts', ...PURE],
};
const WITHOUT_INPUT_OUTPUT = ['type:kernel', 'type:protocol', 'type:engine', 'type:contracts'];
/** What runs in a browser only, and what does not run there. */
const BROWSER_ONLY = ['react', 'react-*', '@mui/*', '@emotion/*', '@apollo/client', '@apollo/client/*', 'oidc-client-ts'];
const NOT_IN_BROWSER = INPUT_OUTPUT.filter((name) => name !== 'rxjs');
const WEB = ['type:ui', 'type:web'];

function bannedFor(tag) {
  if (WEB.includes(tag)) return NOT_IN_BROWSER;
  return WITHOUT_INPUT_OUTPUT.includes(tag) ? [...INPUT_OUTPUT, ...BROWSER_ONLY] : BROWSER_ONLY;
}

const depConstraints = [
  ...Object.entries(LAYERS).map(([sourceTag, onlyDependOnLibsWithTags]) => ({
    sourceTag,
    onlyDependOnLibsWithTags,
    bannedExternalImports: bannedFor(sourceTag),
  })),
  ...contexts.map((context) => ({ sourceTag: context, onlyDependOnLibsWithTags: [context, 'ctx:shared'] })),
  { sourceTag: 'runtime:browser', onlyDependOnLibsWithTags: ['runtime:browser', 'runtime:any'] },
];

const FRAMEWORKS = [...INPUT_OUTPUT, '@bufbuild/*', '@opentelemetry/*', '**/generated/**', 'node:*'];
const KERNEL_ONLY = ['@ampline/*', '!@ampline/kernel-*'];

const restrictImports = (...patterns) => ({ 'no-restricted-imports': ['error', { patterns }] });
const forbid = (...bans) => ({ 'no-restricted-syntax': ['error', ...bans.flat(Infinity)] });

const MODULE_STATE = {
  selector: ':matches(Program, Program > ExportNamedDeclaration) > VariableDeclaration[kind=/^(let|var)$/]',
  message: 'No mutable module state: all services may run in one process.',
};
const DEFAULT_EXPORT = {
  selector: 'ExportDefaultDeclaration, ExportSpecifier[exported.name="default"]',
  message: 'Named exports only.',
};
const ENVIRONMENT = {
  selector:
    'MemberExpression[object.name="process"][property.name="env"], ImportSpecifier[imported.name="env"][parent.source.value=/^(node:)?process$/]',
  message: 'The environment is read once, by the runner: take configuration as an argument.',
};
const TENANT_SETTING = {
  selector: 'Literal[value=/set_config\\s*\\(/i], TemplateElement[value.raw=/set_config\\s*\\(/i]',
  message: 'The tenant is set in one place: Database.asTenant of @ampline/platform-postgres.',
};
const ERROR_MESSAGE = [
  {
    selector:
      'CallExpression[callee.property.name=/^(includes|match|matchAll|startsWith|endsWith|indexOf|search)$/][callee.object.property.name="message"]',
    message: 'Branch on the code or the kind of an error, never on its message.',
  },
  {
    selector: 'CallExpression[callee.property.name=/^(test|exec)$/] > MemberExpression.arguments[property.name="message"]',
    message: 'Branch on the code or the kind of an error, never on its message.',
  },
  {
    selector:
      ':matches(BinaryExpression[operator=/^[!=]==?$/], SwitchStatement) > MemberExpression[property.name="message"]:matches([object.name=/^(e|err|error|cause|reason|failure|exception)$/i], [object.type=/^TS/])',
    message: 'Branch on the code or the kind of an error, never on its message.',
  },
];
const CLOCK = {
  selector: 'NewExpression[callee.name="Date"][arguments.length=0]',
  message: 'Take the time as an argument, or a Clock.',
};

const ALWAYS = [MODULE_STATE, DEFAULT_EXPORT, TENANT_SETTING, ERROR_MESSAGE];

const SOURCES = ['apps/*/src/**/*.{ts,tsx}', 'libs/*/src/**/*.{ts,tsx}'];
const TESTS = ['**/*.spec.ts', 'apps/*/test/**/*.ts', 'libs/*/test/**/*.ts'];
const JOURNEY_TESTS = ['apps/all-in-one/test/**/*.ts'];
const WEB_TESTS = ['libs/ui/src/**/*.spec.ts', 'apps/web-*/src/**/*.spec.ts'];
const READS_ENVIRONMENT = ['apps/*/src/main.ts', 'libs/platform-runner/src/**/*.ts', 'libs/platform-testing/src/**/*.ts'];
const DOMAIN = ['apps/*/src/**/domain/**/*.ts'];
const APPLICATION = ['apps/*/src/**/application/**/*.ts'];

export default tseslint.config(
  { ignores: ['**/dist', '**/generated', 'libs/contracts/src/gen', 'node_modules', '.data', '.nx', 'coverage', '**/*.config.ts'] },
  {
    files: ['**/*.ts', '**/*.tsx'],
    languageOptions: { parser: tseslint.parser, parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { '@nx': nx, '@typescript-eslint': tseslint.plugin },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@nx/enforce-module-boundaries': ['error', { enforceBuildableLibDependency: false, allow: [], depConstraints }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrorsIgnorePattern: '^_' }],
      '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': 'allow-with-description' }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  {
    files: ['**/*.mjs'],
    rules: { ...forbid(MODULE_STATE), 'no-unused-vars': 'error', 'prefer-const': 'error', 'no-var': 'error' },
  },
  {
    // Tests lie outside the projects that are built: they have a project of their own.
    files: [...TESTS, 'bench/**/*.ts'],
    languageOptions: { parserOptions: { projectService: false, project: './tsconfig.tests.json', tsconfigRootDir: import.meta.dirname } },
  },
  {
    files: JOURNEY_TESTS,
    languageOptions: {
      parserOptions: { projectService: false, project: './tsconfig.journey-tests.json', tsconfigRootDir: import.meta.dirname },
    },
  },
  {
    files: WEB_TESTS,
    languageOptions: {
      parserOptions: { projectService: false, project: './tsconfig.web-tests.json', tsconfigRootDir: import.meta.dirname },
    },
  },
  { files: SOURCES, ignores: TESTS, rules: forbid(ALWAYS, ENVIRONMENT) },
  { files: READS_ENVIRONMENT, rules: forbid(ALWAYS) },
  { files: ['libs/platform-postgres/src/**/*.ts'], rules: forbid(MODULE_STATE, DEFAULT_EXPORT, ERROR_MESSAGE, ENVIRONMENT) },
  {
    files: [...DOMAIN, ...APPLICATION],
    ignores: TESTS,
    rules: {
      ...forbid(ALWAYS, ENVIRONMENT, CLOCK),
      'no-restricted-globals': ['error', 'fetch', 'setTimeout', 'setInterval', 'setImmediate', 'process', 'crypto'],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: 'Take the time as an argument, or a Clock.' },
        { object: 'performance', property: 'now', message: 'Take a Clock.' },
        { object: 'Math', property: 'random', message: 'Take chance as an argument.' },
      ],
    },
  },
  {
    files: DOMAIN,
    rules: restrictImports(
      { group: FRAMEWORKS, message: 'domain/ is plain TypeScript: no framework, driver, generated code or Node API.' },
      { group: KERNEL_ONLY, message: 'domain/ imports domain/ and @ampline/kernel-* only.' },
      { group: ['**/application/**', '**/adapters/**'], message: 'Dependencies point inwards: adapters → application → domain.' },
    ),
  },
  {
    files: APPLICATION,
    rules: restrictImports(
      { group: FRAMEWORKS, message: 'application/ talks to ports; adapters implement them and the module file wires them.' },
      { group: KERNEL_ONLY, message: 'application/ imports domain/, its own ports and @ampline/kernel-* only.' },
      { group: ['**/adapters/**'], message: 'Dependencies point inwards: adapters → application → domain.' },
    ),
  },
);
