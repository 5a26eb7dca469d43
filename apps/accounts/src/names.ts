import { accountsErrors } from './errors.js';

const MOST = 100;

/** A name as it is kept: without space around it. Throws `accounts.name-invalid`. */
export function nameOf(text: string): string {
  const name = text.trim();
  if (name.length === 0 || name.length > MOST) throw accountsErrors.nameInvalid();
  return name;
}
