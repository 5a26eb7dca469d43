import type { IdTokenRowFragment } from '../../generated/graphql.js';

/** An id token as a list shows it; its organisation where one may see organisations. */
export type IdTokenRow = IdTokenRowFragment & { organisation?: { id: string; name: string } | null };
