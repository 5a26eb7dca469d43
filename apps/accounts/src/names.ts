import { accountsErrors } from './errors.js';

const MOST = 100;
/** What Keycloak takes in no person's name (validator `person-name-prohibited-characters`). */
const NO_PERSONS = /[<>&"\v$%!#?§;*~/\\|^=[\]{}()\p{Cc}]/u;

/** A name as it is kept: without space around it. Throws `accounts.name-invalid`. */
export function nameOf(text: string): string {
  const name = text.trim();
  if (name.length === 0 || name.length > MOST) throw accountsErrors.nameInvalid();
  return name;
}

/** The name of somebody who logs in, as the identity provider takes it, too. Throws `accounts.name-invalid`, `accounts.field-invalid`. */
export function personNameOf(text: string): string {
  const name = nameOf(text);
  if (NO_PERSONS.test(name)) throw accountsErrors.fieldInvalid({ field: 'name', rule: 'has no brackets, quotes or other signs of markup' });
  return name;
}
