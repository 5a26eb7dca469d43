import { useQuery } from '@apollo/client/react';
import { LocationChoicesDocument } from '../../generated/graphql.js';

/** Locations to choose from, each with the name of its site. */
export function useLocations(): { value: string; label: string }[] {
  const sites = useQuery(LocationChoicesDocument).data?.sites.nodes ?? [];
  return sites.flatMap((site) =>
    site.locations.nodes.map(({ id, name }) => ({ value: id, label: name === site.name ? name : `${site.name} · ${name}` })),
  );
}
