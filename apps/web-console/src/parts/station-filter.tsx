import { useQuery } from '@apollo/client/react';
import { useState } from 'react';
import { StationChoiceDocument, StationChoicesDocument, type StationChoiceFragment } from '../generated/graphql.js';
import { useText } from '../messages.js';
import { AsyncChoice, type Choice } from './async-choice.js';

/** A filter by one of thousands of stations. */
export function StationFilter({ value, onChange }: { value: string; onChange: (stationId: string) => void }) {
  const text = useText();
  const [search, setSearch] = useState('');
  const found = useQuery(StationChoicesDocument, { variables: { search: search || null } });
  const options = (found.data ?? found.previousData)?.stations.nodes.map(choiceOf) ?? [];
  const known = options.find(({ id }) => id === value);
  const named = useQuery(StationChoiceDocument, { variables: { id: value }, skip: value === '' || known !== undefined }).data?.station;
  const chosen = known ?? (named ? choiceOf(named) : null);
  return (
    <AsyncChoice
      label={text('parts.station')}
      value={value === '' ? null : chosen}
      onChange={(choice) => onChange(choice?.id ?? '')}
      options={options}
      loading={found.loading}
      onSearch={setSearch}
    />
  );
}

function choiceOf({ id, identity, site }: StationChoiceFragment): Choice {
  return { id, label: identity, hint: site.name };
}
