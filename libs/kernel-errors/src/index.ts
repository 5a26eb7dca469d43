export { AppError, type AppErrorOptions, type ErrorKind, type ErrorLevel } from './app-error.js';
export { declareErrors, type DeclaredErrors, type ErrorDeclaration, type ErrorFactory } from './declare-errors.js';
export { KIND_TABLE, type KindMapping } from './kind-table.js';
