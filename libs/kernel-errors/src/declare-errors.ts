import { AppError, type ErrorKind, type ErrorLevel } from './app-error.js';

/** One row of docs/errors.md. */
export interface ErrorDeclaration {
  code: string;
  kind: ErrorKind;
  level: ErrorLevel;
  /** One sentence, shown to the caller. */
  message: string;
  /** What the person who reads it at night does about it. */
  mend: string;
}

export type ErrorFactory = (details?: Record<string, unknown>, cause?: unknown) => AppError;

export type DeclaredErrors<K extends PropertyKey> = { [P in K]: ErrorFactory } & { readonly declarations: ErrorDeclaration[] };

/**
 * Declares the errors of one context, once: `declareErrors('billing.cdr', { alreadyFinal: {…} }).alreadyFinal()`
 * makes an `AppError` with code `billing.cdr.already-final`.
 */
export function declareErrors<const T extends Record<string, Omit<ErrorDeclaration, 'code'>>>(
  prefix: string,
  table: T,
): DeclaredErrors<keyof T> {
  const declarations = Object.entries(table).map(([key, row]) => ({ code: `${prefix}.${kebab(key)}`, ...row }));
  const factories = Object.fromEntries(Object.keys(table).map((key, i) => [key, factory(declarations[i] as ErrorDeclaration)]));
  return { ...factories, declarations } as DeclaredErrors<keyof T>;
}

function factory(declaration: ErrorDeclaration): ErrorFactory {
  const { code, kind, level, message } = declaration;
  return (details, cause) => new AppError({ kind, code, level, message, cause, ...(details && { details }) });
}

function kebab(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
