import { fileURLToPath } from 'node:url';

// One configuration for every package: ESM, SWC, decorators with metadata (Nest needs design:paramtypes).
const swc = {
  swcrc: false,
  sourceMaps: 'inline',
  module: { type: 'es6' },
  jsc: {
    target: 'es2022',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
    keepClassNames: true,
  },
};
export default {
  testEnvironment: 'node',
  globalSetup: fileURLToPath(new URL('./libs/platform-testing/jest/global-setup.mjs', import.meta.url)),
  roots: ['<rootDir>'],
  testMatch: ['**/src/**/*.spec.ts', '**/test/**/*.spec.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  modulePathIgnorePatterns: ['/dist/'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '^.+\\.ts$': ['@swc/jest', swc] },
  // For what hangs. How fast a machine is that others use as well must not decide what is right.
  testTimeout: 120_000,
  // Modules of finished test files stay in memory in ESM mode: begin a new worker in time.
  workerIdleMemoryLimit: '1GB',
};
