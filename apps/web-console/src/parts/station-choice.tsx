import { useQuery } from '@apollo/client/react';
import { useState } from 'react';
import { StationChoicesDocument } from '../generated/graphql.js';
import { useText } from '../messages.js';
import { AsyncChoice, type Choice } from './async-choice.js';

interface StationChoiceProps {
  /** Empty: none yet. */
  value: string;
  onChange: (stationId: string) => void;
  error?: string | undefined;
}

/** A field of a form for one of thousands of stations. */
export function StationChoice({ value, onChange, error }: StationChoiceProps) {
  const text = useText();
  const [search, setSearch] = useState('');
  const [chosen, setChosen] = useState<Choice | null>(null);
  const { data, previousData, loading } = useQuery(StationChoicesDocument, { variables: { search: search || null } });
  const options = ((data ?? previousData)?.stations.nodes ?? []).map(({ id, identity, site }) => ({
    id,
    label: identity,
    hint: site.name,
  }));
  return (
    <AsyncChoice
      label={text('parts.station')}
      value={value === '' ? null : chosen}
      onChange={(choice) => {
        setChosen(choice);
        onChange(choice?.id ?? '');
      }}
      options={options}
      loading={loading}
      onSearch={setSearch}
      fullWidth
      placeholder={text('parts.choose')}
      error={error !== undefined}
      {...(error !== undefined && { hint: error })}
    />
  );
}
