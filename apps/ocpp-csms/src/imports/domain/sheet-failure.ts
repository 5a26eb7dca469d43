/** Why a file as a whole cannot be taken. */
export type FailureCode = 'empty' | 'too-many-rows' | 'columns-missing' | 'not-utf8' | 'not-a-table' | 'expands-too-far' | 'took-too-long';

/** Thrown while a file is read. */
export class SheetFailure extends Error {
  constructor(
    readonly code: FailureCode,
    /** Which columns, which line; empty for nothing. */
    readonly detail = '',
  ) {
    super(`${code} ${detail}`.trim());
  }
}
