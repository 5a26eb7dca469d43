import { useQuery } from '@apollo/client/react';
import { useMemo } from 'react';
import { CommandCatalogueDocument } from '../../generated/graphql.js';
import type { PayloadSchema } from './payload-schema.js';

/** A command that a station can be sent. */
export interface Described {
  action: string;
  profile: string;
  schema: PayloadSchema;
  dangerous: boolean;
}

const NONE: readonly Described[] = [];

/** Every command that a station can be sent; none until they are known. It is the same until the platform is updated. */
export function useCatalogue(): { commands: readonly Described[]; error: Error | undefined } {
  const { data, error } = useQuery(CommandCatalogueDocument, { fetchPolicy: 'cache-first' });
  const commands = useMemo(
    () => data?.commandCatalogue.map((command) => ({ ...command, schema: command.schema as PayloadSchema })) ?? NONE,
    [data],
  );
  return { commands, error };
}
