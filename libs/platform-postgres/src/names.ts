import { databaseErrors } from './errors.js';

/** Schema, table and role names are written into SQL unquoted: only what needs no quoting is let through. */
export function identifier(name: string): string {
  if (!/^[a-z][a-z0-9_]{0,46}$/.test(name)) throw databaseErrors.badName({ name });
  return name;
}

export interface RoleNames {
  /** Owns the schema and its tables; nobody logs in as it. */
  owner: string;
  /** Requests: sees the rows of the tenant that is set, none when none is set. */
  app: string;
  /** Intake, relay, consumers, jobs. */
  worker: string;
}

export function roleNames(schema: string): RoleNames {
  const name = identifier(schema);
  return { owner: `${name}_owner`, app: `${name}_app`, worker: `${name}_worker` };
}
