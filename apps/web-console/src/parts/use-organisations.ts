import { useQuery } from '@apollo/client/react';
import { useMemo } from 'react';
import { OrganisationChoicesDocument } from '../generated/graphql.js';
import { useText } from '../messages.js';

/** Organisations as options of a field. With `none` the first option stands for no organisation. */
export function useOrganisations({ none, skip = false }: { none: boolean; skip?: boolean }): readonly { value: string; label: string }[] {
  const text = useText();
  const { data } = useQuery(OrganisationChoicesDocument, { skip });
  return useMemo(() => {
    const open = data?.organisations.nodes.filter(({ closed }) => !closed) ?? [];
    const options = open.map(({ id, name }) => ({ value: id, label: name }));
    return none ? [{ value: '', label: text('parts.none') }, ...options] : options;
  }, [data, none, text]);
}
