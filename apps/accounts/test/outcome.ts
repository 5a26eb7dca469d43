import { AppError } from '@ampline/kernel-errors';

/** `answered`, or the code of the error that a call ended with. */
export function code(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'answered',
    (error: unknown) => (AppError.is(error) ? error.code : String(error)),
  );
}
