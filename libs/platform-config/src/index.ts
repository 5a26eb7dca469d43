export { defineConfig, flag, list, secret, wholeNumber, type ConfigDefinition, type ConfigProblem, type ConfigRow } from './config.js';
